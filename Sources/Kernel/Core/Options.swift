// The kernel's command line: blank-separated words, of which it knows six. Who boots a machine on a network of their own
// says with two of them who is there; the others are for tests.

import Exchange

/// A word of the command line that the kernel does not take.
struct OptionError: Error {
    /// What is wrong with it, as the name of a fault.
    var name: StaticString = "unknown-option"
    var word: [UInt8]
}

/// What the kernel exchanges through a card that it can send and receive with.
enum ExchangeOption {
    /// Address resolution and an echo with a peer.
    case peer(host: InternetAddress, InternetAddress)
    /// Nothing, `exchange=none`: for a card with no network behind it.
    case none
    /// So many frames that a peer sends and gets back, `exchange=count:N`.
    case volume(UInt32)
}

/// What the command line asks for.
struct Options {
    /// The fault to provoke after everything else is done, `fault=NAME`.
    private(set) var fault: DeliberateFault?
    /// What is done to the first driver, `fault=NAME` too.
    private(set) var injury: DriverInjury?
    /// What is exchanged, `exchange=WHAT`; with whom, `address=A.B.C.D/N` and `peer=A.B.C.D`.
    private(set) var exchange: ExchangeOption
    /// After how long a call of generated code is ended, `watchdog=SECONDS`.
    private(set) var watchdogLimit = Watchdog.standardLimit
    private var addressing = Addressing()
    /// The last word about it.
    private var addressWord: [UInt8] = []

    /// Whether facts and generated code are told before anything is tested, `report=first`.
    private(set) var reportsFirst = false

    init(_ line: [UInt8]) throws(OptionError) {
        exchange = .peer(host: addressing.host, addressing.peer)
        var word: [UInt8] = []
        for byte in line {
            if byte != UInt8(ascii: " ") {
                word.append(byte)
            } else {
                try take(word)
                word = []
            }
        }
        try take(word)
        guard addressing.isSound else { throw OptionError(name: "peer-not-in-network", word: addressWord) }
        if case .peer = exchange { exchange = .peer(host: addressing.host, addressing.peer) }
    }

    /// Takes a word; an empty one is between two blanks.
    @inline(never)
    private mutating func take(_ word: [UInt8]) throws(OptionError) {
        if word.isEmpty { return }
        if Self.contains(word, "exchange=none", at: 0) && word.count == 13 {
            exchange = .none
        } else if Self.contains(word, "exchange=count:", at: 0) {
            guard let count = Self.number(word, from: 15) else { throw OptionError(word: word) }
            exchange = .volume(count)
        } else if Self.contains(word, "address=", at: 0) {
            try noteAddress(addressing.takeHost(word, from: 8), word)
        } else if Self.contains(word, "peer=", at: 0) {
            try noteAddress(addressing.takePeer(word, from: 5), word)
        } else if Self.contains(word, "watchdog=", at: 0) {
            guard let limit = Self.number(word, from: 9), limit <= Watchdog.highestLimit else {
                throw OptionError(word: word)
            }
            watchdogLimit = limit
        } else if Self.contains(word, "report=first", at: 0) && word.count == 12 {
            reportsFirst = true
        } else if Self.contains(word, "fault=", at: 0) {
            try takeFault(word)
        } else {
            throw OptionError(word: word)
        }
    }

    private mutating func noteAddress(_ isTaken: Bool, _ word: [UInt8]) throws(OptionError) {
        guard isTaken else { throw OptionError(name: "no-address", word: word) }
        addressWord = word
    }

    private mutating func takeFault(_ word: [UInt8]) throws(OptionError) {
        for fault in DeliberateFault.allCases where Self.ends(word, with: fault.name) {
            self.fault = fault
            return
        }
        for injury in DriverInjury.allCases where Self.ends(word, with: injury.name) {
            self.injury = injury
            return
        }
        throw OptionError(word: word)
    }

    /// Whether nothing but that name comes after `fault=`.
    private static func ends(_ word: [UInt8], with name: StaticString) -> Bool {
        contains(word, name, at: 6) && word.count == 6 + name.utf8CodeUnitCount
    }

    /// Whether a word has that text from a place on.
    @inline(never)
    private static func contains(_ word: [UInt8], _ text: StaticString, at place: Int) -> Bool {
        guard word.count >= place + text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where word[place + index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// A decimal number from 1 to 9,999,999, which starts at a place in a word and ends with it.
    private static func number(_ word: [UInt8], from place: Int) -> UInt32? {
        guard word.count > place, word.count <= place + 7 else { return nil }
        var value: UInt32 = 0
        for index in place..<word.count {
            let digit = word[index]
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            value = value * 10 + UInt32(digit - 0x30)
        }
        return value > 0 ? value : nil
    }
}

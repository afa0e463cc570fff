// A child process with its output in two pipes, started by posix_spawn and always reaped. It knows nothing of QEMU.
// Machine uses it; Foundation's Process is avoided because its callbacks race with the end of the output.

import Glibc

/// A running child process.
final class ChildProcess {
    /// One end of a pipe, closed when let go.
    final class Descriptor {
        private(set) var number: Int32

        init(_ number: Int32) { self.number = number }

        var isOpen: Bool { number >= 0 }

        func close() {
            if isOpen { _ = Glibc.close(number) }
            number = -1
        }

        /// The number, which the caller closes.
        func release() -> Int32 {
            defer { number = -1 }
            return number
        }

        deinit { close() }
    }

    /// How a process ended.
    enum Status: Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    let identifier: pid_t
    private var status: Status?
    let output: Descriptor
    let diagnostics: Descriptor

    /// Starts `path` with its standard input empty.
    ///
    /// Throws: `systemCall`.
    init(path: String, arguments: [String]) throws(MachineError) {
        let (outputReader, outputWriter) = try Self.pipe()
        let (diagnosticsReader, diagnosticsWriter) = try Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputWriter.number, 1)
        posix_spawn_file_actions_adddup2(&actions, diagnosticsWriter.number, 2)
        // A parent that ignores SIGPIPE must not hand that down.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var identifier = pid_t()
        let failure = posix_spawn(&identifier, path, &actions, &attributes, words, environ)
        guard failure == 0 else { throw .systemCall(name: "posix_spawn", errorNumber: failure) }
        self.identifier = identifier
        output = outputReader
        diagnostics = diagnosticsReader
    }

    deinit { end() }

    private static func pipe() throws(MachineError) -> (reader: Descriptor, writer: Descriptor) {
        var ends: [Int32] = [-1, -1]
        // Close-on-exec from the first, or children that are started at the same time would hold each other's pipes
        // open. pipe(2) cannot say that, and Glibc's module hides pipe2: a pair of sockets serves as well.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw .systemCall(name: "socketpair", errorNumber: errno)
        }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    /// Waits until one of the pipes, or of other descriptors, has something, or `milliseconds` have passed.
    func waitForOutput(milliseconds: Int32, or others: [Int32] = []) {
        let own = [output, diagnostics].filter(\.isOpen).map(\.number)
        var polls = (own + others).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // With both pipes closed this is a plain sleep.
        _ = poll(&polls, nfds_t(polls.count), milliseconds)
    }

    /// What a pipe holds now; empty for nothing. Closes the pipe at its end.
    func read(_ descriptor: Descriptor) -> [UInt8] {
        guard descriptor.isOpen else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(descriptor.number, &buffer, buffer.count)
        if count > 0 { return Array(buffer.prefix(count)) }
        if count == 0 || (errno != EAGAIN && errno != EINTR) { descriptor.close() }
        return []
    }

    /// How the process ended, or `nil` while it runs.
    func poll() -> Status? {
        if status == nil { reap(WNOHANG) }
        return status
    }

    /// Ends the process if it still runs, and reaps it.
    func end() {
        guard poll() == nil else { return }
        _ = kill(identifier, SIGKILL)
        reap(0)
    }

    private func reap(_ options: Int32) {
        var word: Int32 = 0
        var result = waitpid(identifier, &word, options)
        while result < 0, errno == EINTR { result = waitpid(identifier, &word, options) }
        guard result == identifier else { return }
        // wait(2): the low seven bits are the signal, 0 for an exit whose status is in the bits above.
        status = word & 0x7F == 0 ? .exited(word >> 8 & 0xFF) : .signalled(word & 0x7F)
    }

    private func poll(_ polls: inout [pollfd], _ count: nfds_t, _ milliseconds: Int32) -> Int32 {
        Glibc.poll(&polls, count, milliseconds)
    }
}

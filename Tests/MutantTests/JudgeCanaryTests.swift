// One fixed mutant of each kind that is known to be unsafe, shown to the judge with no verifier in between: that nothing
// escapes means something only where this is seen. The code is put in front of a shipped function, so that it runs first;
// names in braces stand for the places of that function's grants.

import Devices
import Testing
import Verification

@Suite struct JudgeCanaryTests {
    /// Unsafe code, and what a run has to show of it.
    struct Canary: CustomTestStringConvertible, Sendable {
        var kind: MutantClass
        var family: String
        var member: String
        var source: String
        var isShown: @Sendable (GuardViolation.Kind) -> Bool

        init(
            _ kind: MutantClass, _ family: String, _ member: String, _ source: String,
            isShown: @escaping @Sendable (GuardViolation.Kind) -> Bool
        ) {
            (self.kind, self.family, self.member, self.source) = (kind, family, member, source)
            self.isShown = isShown
        }

        /// Code whose every store lies in a grant, and that has its device stray.
        init(_ family: String, _ member: String, _ source: String, strays cause: String) {
            self.init(.deviceWrite, family, member, source) { $0 == .deviceStrays(cause) }
        }

        var testDescription: String { "\(kind.rawValue), \(family): \(source)" }
    }

    /// Found among 20,000 mutants of seed 4, as a jump over the stores of a queue's size and addresses: a queue that is told
    /// nothing and set to work leads to address 0.
    private static let untold = Canary(
        "virtio_net", "bringup", "mov byte [{common.DEVICE_STATUS}], 0\nmov word [{common.QUEUE_ENABLE}], 1",
        strays: "descriptor table")

    static let rows = [
        Canary(.addressOff, "e1000", "notify", "mov eax, [{regs.STATUS} - 4]") { $0 == .outsideGrants },
        Canary(.addressOff, "e1000", "notify", "xor eax, eax\nmov edi, {rx}\nmov ecx, 0x10000\nrep stosd") {
            $0 == .outsideGrants || $0 == .limitBroken
        },
        Canary(.wrongDirection, "e1000", "notify", "inc dword [{regs.STATUS}]") { $0 == .wrongDirection },
        // An argument that nobody has compared leads into the ring.
        Canary(.missingBound, "e1000", "giveback", "mov eax, edi\nshl eax, 3\nmovzx eax, byte [rax + {rx}]") {
            $0 == .outsideGrants
        },
        // So does a position that was loaded.
        Canary(.missingMask, "e1000", "notify", "mov eax, [{tx.claim}]\nmovzx eax, byte [rax + {tx}]") {
            $0 == .outsideGrants
        },
        Canary(.wrongDirection, "e1000", "notify", "mov dword [{regs.STATUS}], 0") { $0 == .wrongDirection },
        Canary(.wrongWidth, "e1000", "notify", "movzx eax, byte [{regs.STATUS}]") { $0 == .notWhole },
        Canary(.wrongPort, "ne2000", "notify", "mov edx, {regs.RESET}\ninc edx\nin al, dx") { $0 == .outsideGrants },
        Canary(.endlessLoop, "e1000", "notify", "again: test dword [{regs.STATUS}], 1\njz again\njmp again") {
            $0 == .endless
        },
        // A number that is a jump to itself for whoever enters it in the middle.
        Canary(.intoInstruction, "e1000", "notify", "jmp $ + 3\nmov eax, 0xFEEB") { $0 == .endless },
        Canary(.outsideJump, "e1000", "notify", "jmp $ + 0x100000") { $0 == .outsideCode },
        Canary(.unbalancedStack, "e1000", "notify", "pop rcx\nsub rsp, 16\njmp rcx") { $0 == .stackPointer },
        Canary(.privileged, "e1000", "notify", "cli") { $0 == .forbiddenInstruction },
        Canary(.lostRegister, "e1000", "notify", "inc rbx") { $0 == .registerNotPreserved("rbx") },
        Canary(.selfModification, "e1000", "notify", "here: mov byte [rel here], 0x90") { $0 == .codeWritten },
        // Its function ends with a return, which is gone.
        Canary(.droppedReturn, "e1000", "notify", "") { $0 == .outsideCode },
        Canary(.transferNumber, "e1000", "notify", "mov qword [{tx}], 0x1000") { $0 == .limitBroken },
        // The outer loop gives the inner one its count back.
        Canary(.composedLoop, "e1000", "notify", "outer: mov ecx, 4\ninner: dec ecx\njnz inner\njmp outer") {
            $0 == .endless
        },
        Canary("e1000", "notify", "mov dword [{regs.RCTL}], 0x06018022", strays: "RCTL"),
        Canary("e1000", "notify", "mov dword [{regs.RDH}], 0x100", strays: "receive ring's head"),
        Canary("e1000", "notify", "mov dword [{tx} + 8], 0x2B1F0040", strays: "transmit descriptor's form"),
        Canary("e1000e", "notify", "mov dword [{regs.RCTL}], 0x78008022", strays: "RCTL"),
        Canary("rtl8139", "notify", "mov dword [{regs.RCR}], 0xFF8A", strays: "receive ring"),
        // A reset leaves no address of a ring, nor in the pairs.
        Canary(
            "e1000", "notify", "mov dword [{regs.CTRL}], 0x04000000\nmov dword [{regs.RCTL}], 0x04008002",
            strays: "receive ring"),
        Canary(
            "rtl8139", "bringup",
            "mov byte [{regs.CR}], 0x10\nmov byte [{regs.CR}], 4\nmov dword [{regs.TSD}], 0x8003C",
            strays: "transmit pair"),
        Canary("i8255x", "notify", "mov dword [{regs.PORT}], 0x20001", strays: "PORT, self-test"),
        Canary("i8255x", "notify", "mov byte [{sends} + 2], 6", strays: "sends, dump"),
        Canary("i8255x", "notify", "mov byte [{sends} + 15], 255", strays: "sends, number"),
        Canary(
            "i8255x", "notify", "mov word [{regs.COMMAND}], 0x160\nmov word [{regs.COMMAND}], 0x110",
            strays: "command unit"),
        Canary("pcnet", "notify", "mov dword [{receives} + 4], 0x8000F7FF", strays: "receives descriptor"),
        Canary("pcnet", "notify", stopped + write(1, "0x1234") + write(0, "3"), strays: "block"),
        Canary("pcnet", "notify", stopped + write(20, "0", port: "BDP") + write(0, "3"), strays: "16-bit structures"),
        Canary(
            "pcnet", "notify", "mov byte [{setup.rlen}], 0x90\n" + stopped + write(0, "3"),
            strays: "receives, ring"),
        Canary("virtio_net", "notify", "mov word [{rx_table} + 12], 4", strays: "rx_table descriptor, INDIRECT"),
        Canary("virtio_net", "notify", "mov word [{common.QUEUE_SIZE}], 1024", strays: "descriptor table"),
        Canary("virtio_net_legacy", "notify", "mov word [{rx_table} + 12], 4", strays: "rx_table descriptor, INDIRECT"),
        untold,
    ]

    /// A register of a PCnet that is written by its number.
    private static func write(_ number: Int, _ value: String, port: String = "RDP") -> String {
        [("RAP", "\(number)"), (port, value)].map {
            "mov edx, {regs.\($0)}\nmov eax, \($1)\nout dx, ax\n"
        }.joined()
    }

    private static let stopped = write(0, "4")

    private static func index(_ canary: Canary, _ subjects: [Subject]) -> Int? {
        subjects.firstIndex { $0.family == canary.family && $0.member == canary.member }
    }

    /// A function whose grants say nothing of what may be written, so that it is the device that has to stray.
    private static func unlimited(_ subject: Subject) -> Subject {
        var subject = subject
        for index in subject.grants.indices {
            subject.grants[index].limits = []
            subject.grants[index].isClosed = false
        }
        return subject
    }

    /// The function with the canary in front of it.
    private static func code(_ canary: Canary, in subject: Subject) throws -> [UInt8] {
        if canary.kind == .droppedReturn { return subject.code.dropLast() + [CodeEdit.nop] }
        var source = canary.source
        for grant in subject.grants {
            let name = String(decoding: grant.name, as: UTF8.self)
            // A place by itself is told by its distance, as generated code does: the verifier knows no other form.
            source = source.replacing("[{\(name)}", with: "[canary + \(grant.start) - \(subject.address)")
            source = source.replacing("{\(name)}", with: "\(grant.start)")
        }
        #expect(!source.contains("{"), "\(source): \(subject.grants.map { String(decoding: $0.name, as: UTF8.self) })")
        let bytes = try Assembly.assemble("canary:\n\(source)", origin: subject.address)
        let function = try DecodedFunction(subject.code, at: subject.address)
        return try #require(CodeEdit(function: function).inserted(bytes, at: 0))
    }

    @Test(arguments: rows) func `the judge finds it unsafe, and no verifier lets it through`(canary: Canary) throws {
        let subjects = try DriverSubjects.all
        let index = try #require(Self.index(canary, subjects))
        let code = try Self.code(canary, in: subjects[index])
        let judge = try Judge(canary.kind == .deviceWrite ? subjects.map(Self.unlimited) : subjects, seed: 1)
        let violation = try judge.violation(
            of: code, as: index, number: 0, runs: Judge.runsOfAccepted, isAccepted: true)
        let kind = try #require(violation?.kind, "nothing was shown")
        #expect(canary.isShown(kind), "\(kind)")
        let verifier = try VerifierUnderTest([subjects[index]], DriverSubjects.encoded, lieCount: 64, seed: 1)
        let grown = code.count - subjects[index].code.count
        let insertion = grown > 0 ? Mutant.Insertion(offset: 0, byteCount: grown) : nil
        let refusal = verifier.refusal(of: Candidate(code: code, subject: subjects[index], insertion: insertion))
        #expect(refusal != nil)
        // It is what the store says that is refused, and no form that the verifier happens not to know.
        if canary.kind == .deviceWrite { #expect(refusal == "limitBroken") }
    }

    @Test func `there is a canary of each kind, and of each family whose device reaches memory`() throws {
        #expect(Set(Self.rows.map(\.kind)) == Set(MutantClass.allCases))
        let families = try Set(
            DriverSubjects.shipped.filter { $0.driver.flatMap(CardModel.reach) != nil }.map(\.family))
        #expect(Set(Self.rows.filter { $0.kind == .deviceWrite }.map(\.family)) == families)
    }

    /// A verifier that takes evidence at its word accepts a loop that is said to count, and does not.
    @Test func `evidence that lies leads whoever believes it to code that the judge finds unsafe`() throws {
        let subjects = try DriverSubjects.all
        let source = "mov ecx, 5\nagain: cmp ecx, 0\njne again"
        let canary = Canary(.endlessLoop, "e1000", "notify", source) { $0 == .endless }
        let index = try #require(Self.index(canary, subjects))
        let code = try Self.code(canary, in: subjects[index])
        // The block of the loop, claimed to end by a register that goes down to 0.
        var evidence = Evidence()
        evidence.blocks = [BlockClaim(offset: 5, kind: .counted(variant: 1), firstClaim: 0)]
        evidence.claims = [RegisterClaim(register: 1, range: ValueRange(low: 0, high: 5))]
        let judge = try Judge(subjects, seed: 1)
        let mutant = Mutant(kind: .endlessLoop, code: code, offset: 0, detail: "lie", isUnsafeByItself: false)
        let believed = try judge.judge([(index, mutant)]) { _ in
            evidence.blocks.contains { $0.offset == 5 } ? nil : "a jump backward to no block"
        }
        #expect(believed.total.unsafeAccepted == 1 && believed.escapes.first?.violation?.kind == .endless)
        let function = CodeFunction(
            offset: 0, byteCount: code.count, parameters: subjects[index].parameters, evidence: evidence)
        #expect(throws: VerificationError.self) {
            try Verifier().verify(code, at: subjects[index].address, [function], subjects[index].grants)
        }
    }
}

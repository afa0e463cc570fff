// The layout of an image and of its devices: what is in it but windows, memories and the static stage, which are in the files
// beside.

import Program

extension LayoutCoder {
    /// All tables of an image.
    package func image() {
        part("image") {
            names(atMost: MetabinaryLimit.nameCount)
            var classes = classes
            list(&classes, of: "class", atMost: MetabinaryLimit.classCount, ClassDescription()) { node, before in
                self.node(&node, before)
            }
            self.classes = classes
            devices(atMost: MetabinaryLimit.deviceCount) { self.device($0) }
        }
    }

    /// A class comes after the one that it is.
    private func node(_ node: inout ClassDescription, _ before: [ClassDescription]) {
        name(&node.name, "its name")
        byte(&node.version, "version of the contract")
        optionalIndex(
            &node.parent, below: before.count, "0, or 1 more than the index of the class before it that it is")
        if let parent = node.parent { node.ancestors = [before[parent].name] + before[parent].ancestors }
    }

    @inline(never)
    package func device(_ device: DeviceDescription) {
        identity(of: device)
        list(&device.windows, of: "window", atMost: MetabinaryLimit.windowCount, WindowDescription()) { window, _ in
            self.window(window)
        }
        list(&device.memories, of: "memory", atMost: MetabinaryLimit.memoryCount, MemoryDescription()) { memory, _ in
            self.memory(memory)
        }
        require(device.isBehindSound, .badMemory(at: place))
        require(device.fieldsAreSound, .badSlot(at: place))
        require(device.rolesAreSound, .badRole(at: place))
        require(device.ringsHaveBases, .ringWithoutBase(at: place))
        require(device.valuesAreSound, .badValues(at: place))
        let state = device.memories.first { $0.kind == .state }
        list(&device.cells, of: "cell", atMost: MetabinaryLimit.cellCount, CellDescription()) { cell, before in
            self.cell(cell, after: before.last, in: state)
        }
        part("stage") { stage(of: device) }
        list(&device.functions, of: "function", atMost: MetabinaryLimit.functionCount, FunctionDescription()) {
            rule, _ in
            self.function(rule, of: device)
        }
    }

    /// What says which functions of a machine the device is for, which is all that looking for one needs.
    @inline(never)
    func identity(of device: DeviceDescription) {
        name(&device.name, "its name")
        itsClass(&device.itsClass, "its class")
        name(&device.ruleFile, "the rule's file")
        list(&device.matches, of: "match", atMost: MetabinaryLimit.matchCount, .classCode(0)) { match, _ in
            self.match(&match)
        }
    }

    @inline(never)
    func match(_ match: inout MatchDescription) {
        var (kind, vendor, device, missing, code) = match.numbers
        let place = place
        byte(&kind, "kind")
        require(kind <= 2, .badMatch(at: place))
        when(kind != 1, "of kind 0 or 2") {
            word(&vendor, "vendor")
            word(&device, "device")
        }
        when(kind == 2, "of kind 2") { byte(&missing, "ID of a capability that the function has not") }
        match = .identity(vendor: vendor, device: device, without: kind == 2 ? missing : nil)
        when(kind == 1, "of kind 1") {
            byte(&code.base, "base class")
            byte(&code.sub, "subclass")
            byte(&code.interface, "interface")
            match = .classCode(UInt32(code.base) << 16 | UInt32(code.sub) << 8 | UInt32(code.interface))
        }
    }

    // MARK: Functions

    @inline(never)
    func function(_ rule: FunctionDescription, of device: DeviceDescription) {
        let signature = rule.signature
        var (ruleName, resultName, ruleFile) = (signature.name, signature.resultName, signature.ruleFile)
        var (bitCount, outcomes) = (signature.resultBitCount, signature.outcomes)
        name(&ruleName, "its name")
        let new = ParameterDescription(name: [], type: .u32)
        list(&rule.parameters, of: "parameter", atMost: MetabinaryLimit.parameterCount, new) { parameter, _ in
            name(&parameter.name, "its name")
            let place = self.place
            type(&parameter.type, "bits of the type (8 to 64)")
            require(parameter.type != .boolean, .badParameter(at: place))
        }
        name(&resultName, "the result's name")
        let place = place
        byte(&bitCount, "bits of the result (0 to 64; 0 for none)")
        require(bitCount <= 64, .badResult(at: place))
        let none = ResultOutcome(name: [], pattern: 0)
        list(&outcomes, of: "outcome", atMost: MetabinaryLimit.outcomeCount, none) { outcome, before in
            let place = self.place
            self.outcome(&outcome, of: bitCount, device)
            require(!before.contains { $0.overlaps(outcome) }, .badResult(at: place))
        }
        name(&ruleFile, "the rule's file")
        line(&rule.line)
        if Self.makes {
            rule.signature = FunctionSignature(
                name: ruleName, resultName: resultName, resultBitCount: bitCount, outcomes: outcomes, ruleFile: ruleFile
            )
        }
        code(of: rule, in: device, returnsValue: bitCount > 0)
    }

    /// An outcome, all bits of which are bits of the result, and none of two fields. Nobody who takes results apart checks
    /// them again.
    private func outcome(_ outcome: inout ResultOutcome, of bitCount: UInt8, _ device: DeviceDescription) {
        let place = place
        var (outcomeName, pattern, fields) = (outcome.name, outcome.pattern, outcome.fields)
        name(&outcomeName, "its name")
        number(&pattern, atMost: .max, "the result with all fields zero")
        var taken = pattern
        let new = ResultOutcome.Field(name: [], firstBit: 0, bitCount: 1)
        list(&fields, of: "carried", atMost: MetabinaryLimit.outcomeFieldCount, new) { field, _ in
            name(&field.name, "its name")
            byte(&field.firstBit, "lowest bit")
            byte(&field.bitCount, "how many bits (1 to 64)")
            optionalIndex(
                &field.memory, below: device.memories.count,
                "0, or 1 more than the index of a memory that is not state, of which it is the number of a buffer")
            require(
                field.bitCount > 0 && UInt64(field.firstBit) + UInt64(field.bitCount) <= 64 && taken & field.mask == 0
                    && (field.memory.map { device.memories[$0].kind != .state } ?? true), .badResult(at: place))
            taken |= field.mask
        }
        require(taken.leadingZeroBitCount >= 64 - Int(bitCount), .badResult(at: place))
        if Self.makes { outcome = ResultOutcome(name: outcomeName, pattern: pattern, fields: fields) }
    }
}

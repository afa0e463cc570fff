// The only call of RuleCompiler.

import RuleCompiler

/// Compiles rules into the bytes of a metabinary.
func compileRules(_ sources: [(name: String, text: String)]) -> Result<[UInt8], RuleRefusal> {
    switch RuleCompiler.compile(sources.map { RuleSource(name: $0.name, text: $0.text) }) {
    case .metabinary(let bytes): .success(bytes)
    case .refused(let diagnostics): .failure(RuleRefusal(diagnostics: diagnostics.map(\.description)))
    }
}

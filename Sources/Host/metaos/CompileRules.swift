// The only call of RuleCompiler.

import RuleCompiler

/// Compiles rules into the bytes of a metabinary.
func compileRules(_ sources: [(name: String, text: String)]) -> Result<[UInt8], RuleRefusal> {
    .failure(RuleRefusal(diagnostics: ["the rule compiler is not in this tree"]))
}

// The optimising stage. Today it is the identity: a program leaves as it came, and no item is added, changed or
// dropped. Its place in the pipeline is kept for rewrites that can be undone and bid against each other by what they
// save; none is here. Called by the pipeline between checking and encoding.

import Program

/// A program with the same meaning as `program`, and at most its cost: `program` itself.
public func optimise(_ program: Program) -> Program {
    program
}

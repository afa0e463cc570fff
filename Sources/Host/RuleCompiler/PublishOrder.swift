// Whether a device is told to look before what it is to find is visible to it: the order of stores and fences in the checked
// code of a function. FunctionChecker says which stores count, and warns.

/// The order of stores and fences in a function, on every way through it.
struct PublishOrder {
    let isShared: (CheckedAtlas.Place, SourceSpan) -> Bool
    let isDoorbell: (CheckedAtlas.Place) -> Bool
    private var isStored = false
    private var isPublished = false
    /// The first store that tells the device to look before anything was published.
    private(set) var early: SourceSpan?

    init(
        isShared: @escaping (CheckedAtlas.Place, SourceSpan) -> Bool, isDoorbell: @escaping (CheckedAtlas.Place) -> Bool
    ) { (self.isShared, self.isDoorbell) = (isShared, isDoorbell) }

    mutating func walk(_ statements: [CheckedAtlas.Statement]) {
        for statement in statements {
            switch statement {
            case .store(let place, _, _, let span):
                if isShared(place, span) {
                    isStored = true
                } else if isStored, !isPublished, isDoorbell(place) {
                    early = early ?? span
                }
            case .publish, .fence: isPublished = true
            default:
                let before = self
                for block in statement.blocks {
                    var inner = before
                    inner.walk(block)
                    (isStored, isPublished) = (isStored || inner.isStored, isPublished || inner.isPublished)
                    early = early ?? inner.early
                }
            }
        }
    }
}

extension CheckedAtlas.Statement {
    /// The statements that are in it.
    fileprivate var blocks: [[CheckedAtlas.Statement]] {
        switch self {
        case .condition(_, let arm, let otherwise, _): [arm, otherwise ?? []]
        case .when(_, let arm, let otherwise, _, _): [arm, otherwise]
        case .wait(_, let look, _, let expired, _): [look, expired]
        case .loop(_, let body, _), .loopOf(_, let body, _), .each(_, let body, _): [body]
        case .value, .store, .set, .pause, .publish, .fence, .returnValue: []
        }
    }

    /// Whether something is stored in it, for the device or for the driver.
    var writes: Bool {
        switch self {
        case .store, .set: true
        default: blocks.joined().contains(where: \.writes)
        }
    }
}

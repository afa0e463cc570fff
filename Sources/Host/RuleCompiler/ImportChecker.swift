// Checks imports: each leads to another file that something is used of, none leads back, and what a file names, it or a
// file that it imports itself declares.

/// Checker of the imports of all files.
struct ImportChecker: Reporting {
    let syntax: Syntax.Atlas
    let diagnostics: DiagnosticCollector

    /// Checks the imports of all files, and what files name of each other.
    func check() {
        var sources: [String: Int] = [:]
        for (index, source) in diagnostics.sources.enumerated() { sources[RuleSource.folded(source.name)] = index }
        /// Files that each file imports, with the imports that say so.
        var targets = [[(source: Int, node: Syntax.Import)]](repeating: [], count: diagnostics.sources.count)
        for node in syntax.imports {
            let importer = node.span.source
            let name = RuleSource.name(node.file, beside: diagnostics.sources[importer].name)
            guard let target = sources[name] else {
                report(.missingFile, node.span, node.file)
                continue
            }
            if let first = targets[importer].first(where: { $0.source == target }) {
                report(.importedTwice, node.span, node.file, first.node.span)
                continue
            }
            targets[importer].append((target, node))
        }
        reportCycles(targets)
        reportUses(targets)
    }

    /// Reports each import that closes a cycle.
    private func reportCycles(_ targets: [[(source: Int, node: Syntax.Import)]]) {
        var isDone = [Bool](repeating: false, count: targets.count)
        for start in targets.indices where !isDone[start] {
            // A walk in depth: the files from the start to the one at hand, each with its imports still to follow.
            var path = [(source: start, next: 0)]
            while let (source, next) = path.last {
                guard next < targets[source].count else {
                    isDone[source] = true
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let (target, node) = targets[source][next]
                if path.contains(where: { $0.source == target }) {
                    report(target == source ? .importsItself : .importCycle, node.span, node.file)
                } else if !isDone[target] {
                    path.append((target, 0))
                }
            }
        }
    }

    /// Reports what a file names without importing it, and what it imports without naming anything of it.
    private func reportUses(_ targets: [[(source: Int, node: Syntax.Import)]]) {
        var declared: [String: SourceSpan] = [:]
        for name in syntax.classes.map(\.name) + syntax.devices.map(\.name) where declared[name.text] == nil {
            declared[name.text] = name.span
        }
        var used = [Set<Int>](repeating: [], count: targets.count)
        for name in syntax.parents {
            guard let place = declared[name.text], place.source != name.span.source else { continue }
            used[name.span.source].insert(place.source)
            guard !targets[name.span.source].contains(where: { $0.source == place.source }) else { continue }
            let file = diagnostics.sources[place.source].name.split(separator: "/").last ?? ""
            report(.notImported, name.span, name, file)
        }
        // Of a file that names what nobody declares, nobody knows what it meant.
        let unknown = syntax.parents.filter { declared[$0.text] == nil }
        let broken = syntax.brokenSources.union(unknown.map(\.span.source))
        for (source, imports) in targets.enumerated() where !broken.contains(source) {
            for (target, node) in imports where target != source && !used[source].contains(target) {
                guard !syntax.brokenSources.contains(target) else { continue }
                report(.unusedImport, node.span, node.file)
            }
        }
    }
}

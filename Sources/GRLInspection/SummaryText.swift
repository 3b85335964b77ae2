import GRLTensor

/// What a model is, on one screen.
package enum SummaryText {
    private static let obstacleLimit = 4
    private static let nameLimit = 160
    /// Where texts begin, and how short they become at the most.
    private static let indent = 12
    private static let leastColumns = 24
    /// The most characters on a line where there is no terminal.
    package static let plainWidth = 120

    /// - Parameter width: the most characters on a line, as far as words allow it.
    package static func text(of summary: ModelSummary, width: Int = plainWidth) -> String {
        let columns = max(min(width, plainWidth) - indent, leastColumns)
        return lines(of: summary).flatMap { line in
            line.text.wrapped(to: columns).enumerated().map {
                ($0 == 0 ? line.label : "").padded(to: indent) + $1 + "\n"
            }
        }.joined()
    }

    /// The same as names and what is said of them, which may be several lines.
    package static func facts(of summary: ModelSummary) -> [(name: String, text: String)] {
        lines(of: summary).reduce(into: []) { facts, line in
            guard line.label.isEmpty, let last = facts.last else { return facts.append((line.label, line.text)) }
            facts[facts.count - 1].text = last.text + "\n" + line.text
        }
    }

    private static func lines(of summary: ModelSummary) -> [Line] {
        Array(
            [
                file(summary), ports(summary), network(summary), contents(summary), cost(summary),
                resizability(summary),
            ].joined())
    }

    private typealias Line = (label: String, text: String)

    private static func file(_ summary: ModelSummary) -> [Line] {
        let file = summary.file
        let external = file.externalBytes > 0 ? " and \(Quantity.bytes(file.externalBytes)) beside it" : ""
        let opsets = file.opsets.sorted { $0.key < $1.key }
            .map { $0.key == "ai.onnx" ? "opset \($0.value)" : "\(printable($0.key)) \($0.value)" }
        let producer = file.producer.isEmpty ? "not told" : printable(file.producer)
        return [
            ("file", "\(printable(file.path)), \(Quantity.bytes(file.bytes))\(external)"),
            ("format", "IR version \(file.irVersion), \(opsets.joined(separator: ", "))"),
            ("producer", "\(producer); exporter: \(file.exporter)"),
        ]
    }

    private static func ports(_ summary: ModelSummary) -> [Line] {
        func lines(_ label: String, _ ports: [ModelSummary.Port]) -> [Line] {
            ports.enumerated().map { ($0 == 0 ? label : "", "\(printable($1.name)): \(printable($1.type))") }
        }
        return lines("input", summary.inputs) + lines("output", summary.outputs)
    }

    private static func network(_ summary: ModelSummary) -> [Line] {
        guard let network = summary.network else {
            let operators = summary.operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\(printable($0.key)) \($0.value)" }
            let shown = operators.prefix(12).joined(separator: ", ") + (operators.count > 12 ? ", …" : "")
            return [("network", "not recognised"), ("operators", shown)]
        }
        let stages = list(network.depths, ", ")
        let scale = network.scale == 1 ? "" : ", ×\(network.scale)"
        let upsampler = network.upsampler == .none ? "no upsampler" : network.upsampler.rawValue
        let heads = heads(network.windowHeads, network.windowHeadSizes)
        let window = network.window.map(list) ?? "unknown"
        let shift =
            network.isWindowShifted.map { $0 ? ", shifted by half in every other layer" : ", not shifted" } ?? ""
        let comparison = network.isCosine.map { $0 ? ", cosine" : ", dot product" } ?? ""
        var lines: [Line] = [
            ("network", network.title),
            (
                "",
                "\(network.channels) channels; layers by stage: \(stages); MLP ratio "
                    + "\(network.mlpRatio.map { number($0) } ?? "unknown")"
            ),
            ("window", "\(window)\(shift); heads \(heads)\(comparison)"),
        ]
        if let stripe = network.stripe { lines += self.stripe(stripe) }
        let projection = network.projection == .linear ? "linear" : "separable convolution"
        let local = network.family == .grl ? "; local connection: \(network.hasLocalConnection ? "yes" : "no")" : ""
        lines.append(
            (
                "layers",
                "projection \(projection)\(network.isProjectionBiased ? "" : " without bias")\(local)"
                    + (network.stageConvolution.map { "; stages end with \($0.rawValue)" } ?? "")
            ))
        let range = network.pixelRange == 1 ? "" : "; samples times \(number(Double(network.pixelRange)))"
        let multiple = network.padMultiple.map { "; pads to multiples of \($0)" } ?? ""
        lines.append(
            (
                "picture",
                "\(network.inputChannels) → \(network.outputChannels) channels\(scale), \(upsampler)\(multiple)\(range)"
            ))
        return lines
    }

    private static func stripe(_ stripe: NetworkDescription.Stripe) -> [Line] {
        let shift = stripe.isShifted.map { $0 ? ", shifted in two of four layers" : ", not shifted" } ?? ""
        let anchor = stripe.anchorProjection.map { kind in
            kind.rawValue + ((stripe.anchorSteps ?? 1) > 1 ? " in \(stripe.anchorSteps ?? 1) steps" : "")
        }
        return [
            (
                "stripe",
                "\(stripe.sizeText), turned in every other layer\(shift); heads \(heads(stripe.heads, stripe.headSizes))"
            ),
            (
                "anchors",
                "one for \(stripe.anchorFactor.map { "\($0)×\($0)" } ?? "unknown many") pixels, "
                    + "\(anchor ?? "projection unknown")"
            ),
        ]
    }

    private static func contents(_ summary: ModelSummary) -> [Line] {
        let contents = summary.contents
        let parameters = contents.part(.parameters)
        let rest = contents.parts.filter { $0.kind != .parameters && $0.bytes > 0 }
            .map { "\($0.kind.words) \(Quantity.bytes($0.bytes))" }
        let other = rest + ["nodes and names \(Quantity.bytes(contents.graphBytes))"]
        return [
            (
                "parameters",
                "\(Quantity.count(contents.parameters)) in \(Quantity.bytes(parameters?.bytes ?? 0))"
            ),
            ("other bytes", other.joined(separator: ", ")),
            (
                "nodes",
                summary.stages.map { "\($0.stage) \($0.nodes)" }.joined(separator: " → ")
                    + "; constants \(Quantity.bytes(summary.stages.first?.constantBytes ?? 0)) → "
                    + Quantity.bytes(summary.stages.last?.constantBytes ?? 0)
            ),
        ]
    }

    private static func cost(_ summary: ModelSummary) -> [Line] {
        guard let cost = summary.cost else {
            return [("cost", "unknown: \(printable(summary.costError ?? ""))")]
        }
        let peak = cost.peakBytes.map { "planned peak \(Quantity.bytes($0)) beside weights" } ?? "peak unknown"
        return [
            ("cost", "at \(cost.height)×\(cost.width): \(Quantity.multiplyAdds(cost.total.multiplyAdds)), \(peak)")
        ]
    }

    private static func resizability(_ summary: ModelSummary) -> [Line] {
        let resizability = summary.resizability
        switch resizability.kind {
        case .any: return [("size", "runs at any height and width")]
        case .dynamic:
            let multiple = resizability.multiple.map { ", in multiples of \($0)" } ?? ""
            return [("size", "runs at other heights and widths as it was exported\(multiple)")]
        case .some, .fixed: break
        }
        let size = summary.cost.map { " \($0.height)×\($0.width)" } ?? " of its export"
        let claim = resizability.isFalselyDynamic ? ", whatever the file declares" : ""
        var lines: [Line] = [
            resizability.kind == .some
                ? ("size", "runs at some sizes only, and cannot be lifted, because")
                : ("size", "runs at\(size) alone\(claim), because")
        ]
        for obstacle in resizability.obstacles.prefix(obstacleLimit) {
            lines.append(("", "- \(place(of: obstacle))\(printable(obstacle.reason))"))
        }
        let more = resizability.obstacles.count - obstacleLimit
        if more > 0 { lines.append(("", "- and \(more) more: see --log")) }
        for (number, advice) in unique(resizability.obstacles.map(\.advice)).enumerated() {
            lines.append((number == 0 ? "to change" : "", advice))
        }
        return lines
    }

    /// The node of an obstacle, with its module where the name does not tell it, and a colon.
    private static func place(of obstacle: Resizability.Obstacle) -> String {
        guard let node = obstacle.node else { return "" }
        let module = ModulePath(scopedName: node) == nil ? obstacle.module.map { " in \(printable($0))" } ?? "" : ""
        return "\(shortened(printable(node)))\(module): "
    }

    private static func heads(_ heads: [Int], _ sizes: [Int]?) -> String {
        let counts = unique(heads).count == 1 ? heads.first.map { "\($0)" } ?? "" : list(heads, ", ")
        guard let sizes else { return counts }
        let channels = unique(sizes).count == 1 ? sizes.first.map { "\($0)" } ?? "" : list(sizes, ", ")
        return "\(counts) of \(channels) channels"
    }

    private static func list(_ numbers: [Int], _ separator: String) -> String {
        numbers.map(String.init).joined(separator: separator)
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.count == 2 ? list(numbers, "×") : list(numbers, ", ")
    }

    private static func number(_ number: Double) -> String {
        number == number.rounded() ? Quantity.decimals(number, 0) : Quantity.decimals(number, 2)
    }

    private static func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return elements.filter { seen.insert($0).inserted }
    }

    private static func shortened(_ name: String) -> String {
        name.count <= nameLimit ? name : "…" + name.suffix(nameLimit - 1)
    }
}

extension FileContents.Kind {
    fileprivate var words: String {
        switch self {
        case .parameters: "parameters"
        case .masks: "masks"
        case .biases: "biases for each pair of tokens"
        case .tables: "tables"
        case .integers: "indices and shapes"
        case .duplicates: "repeated constants"
        case .others: "single numbers"
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(width - count, 1))
    }
}

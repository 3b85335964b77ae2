import GRLGraph
import GRLOptimizer
import GRLRestoration
import GRLRuntime
import GRLTensor

/// Whether two exports are the same network: both run on the same pictures, at the size of the export and at others.
package struct AgainstCheck: Check {
    /// Where the smallest part that differs is written.
    package struct Reduction: Sendable {
        /// The ONNX file.
        package let model: String
        /// The .npz file of what goes in and comes out.
        package let recording: String
        package let overwrites: Bool

        package init(model: String, recording: String, overwrites: Bool) {
            self.model = model
            self.recording = recording
            self.overwrites = overwrites
        }
    }

    /// Heights and widths to try where a network takes any.
    private static let sizes = [(48, 72), (65, 40), (96, 64), (128, 96), (144, 144), (256, 192)]
    /// Sizes beside that of the export.
    private static let otherSizes = 2

    package let name = "against"
    private let path: String
    private let photograph: String?
    private let tolerance: Double?
    private let reduction: Reduction?

    /// - Parameters:
    ///   - path: the other export.
    ///   - photograph: the file of a picture to run the networks on, beside those that are made up; nil for one of the
    ///     tool's own.
    ///   - tolerance: the largest difference that is none, of the largest element where that is more than 1; nil for
    ///     the usual one.
    package init(path: String, photograph: String? = nil, tolerance: Double? = nil, reduction: Reduction? = nil) {
        self.path = path
        self.photograph = photograph
        self.tolerance = tolerance
        self.reduction = reduction
    }

    package func run(on subject: Subject) async throws -> [Finding] {
        let other = try Subject(contentsOfFile: path, settings: subject.settings)
        let own = try Export(subject)
        let others: Export
        do {
            others = try Export(other)
        } catch let error where error is RunError || error is RestorationError {
            return [notRunning(error)]
        }
        guard own.contract.inputChannels == others.contract.inputChannels,
            own.contract.outputChannels == others.contract.outputChannels, own.contract.scale == others.contract.scale
        else {
            return [
                Finding(
                    "\(name).contract", .failed,
                    "the networks are not for the same: \(Self.text(own.contract)) here, \(Self.text(others.contract)) "
                        + "there")
            ]
        }
        let shapes = try shapes(own, others)
        guard !shapes.isEmpty else {
            return [Finding("\(name).size", .skipped, "there is no size at which both networks run")]
        }
        let bound = tolerance ?? Self.tolerance(own, others)
        let photograph = try photograph.map { try Photograph(path: $0) } ?? Photograph.bundled()
        var findings: [Finding] = []
        var differing: Tensor?
        for shape in shapes {
            for (title, description, input) in try pictures(shape, photograph) {
                try Task.checkCancellation()
                let result = try await own.run(input)
                let expected: Tensor
                do {
                    expected = try await others.run(input)
                } catch let error as RunError {
                    return [notRunning(error)]
                }
                let difference = try TensorDifference(result, expected)
                let agrees = difference.isWithin(bound)
                var hint: String?
                if !agrees, differing == nil {
                    differing = input
                    hint = try await ChannelOrder.hint(input: input, result: result, run: own.run) {
                        try TensorDifference($0, expected).isWithin(bound)
                    }
                }
                findings.append(
                    Finding(
                        "\(name).\(title)", agrees ? .passed : .failed,
                        "\(description), \(shape[2])×\(shape[3]): \(difference.summary), "
                            + "bound \(number(difference.bound(for: bound)))",
                        details: [hint, difference.worstElement].compactMap { $0 }, values: difference.values))
            }
        }
        for export in [own, others] where export.isFixed {
            findings.append(
                Finding(
                    "\(name).size", .skipped,
                    "other sizes cannot be compared: '\(printable(export.subject.path))' runs at one alone"
                        + (export.refusal.map { ", as \($0)" } ?? "")))
        }
        if let differing { findings.append(try await locate(own, others, differing, bound)) }
        return findings
    }

    private func notRunning(_ error: any Error) -> Finding {
        Finding("\(name).run", .failed, "the other export does not run: \(error)")
    }

    /// The first block that differs.
    private func locate(_ own: Export, _ other: Export, _ input: Tensor, _ bound: Double) async throws -> Finding {
        let isLifted = own.isFixed == other.isFixed
        let networks = try [own, other].map { try ComparedNetwork($0.subject, isLifted: isLifted, input: input) }
        let alignment = try GraphAlignment(networks[0], networks[1], input: input)
        let search = DivergenceSearch(networks[0], networks[1], alignment, input: input, tolerance: bound)
        let block = try await search.first()
        let difference = try await block.difference()
        let causes = try BlockDifferences(block)
        var details = causes.lines
        for (part, place) in [(block.own, "here"), (block.other, "there")] {
            details.append(
                "\(place): '\(part.last?.name ?? "")' and what it needs, \(counted(part.nodes.count, "node")) on "
                    + part.sources.map { "'\(part.network.graph[$0].name)'" }.joined(separator: ", "))
        }
        if let reduction {
            try await block.write(
                to: reduction.model, recording: reduction.recording, overwrite: reduction.overwrites)
            details.append("written to '\(reduction.model)' and '\(reduction.recording)'")
        }
        let operation = block.own.last?.operation.spec.name ?? "the network"
        let what = "the first block that differs ends in \(operation); on equal inputs \(difference.summary)"
        func finding(_ layer: String?, _ message: String) -> Finding {
            Finding("\(name).block", .failed, layer: layer, message, details: details, values: difference.values)
        }
        let nodes = [causes.node, block.own.last].compactMap { $0 }
        if let module = nodes.map({ networks[0].module(of: $0) }).first(where: { !$0.isEmpty }) {
            return finding(module, what)
        }
        if let reader = networks[0].module(reading: block.own.target) {
            return finding(reader, "what this layer reads differs: \(what)")
        }
        return finding(nodes.first?.name, what)
    }

    /// `[N, C, H, W]` at the size of the export, and at others that both networks take.
    private func shapes(_ own: Export, _ other: Export) throws -> [Shape] {
        var sizes = [own.declaredSize ?? other.declaredSize].compactMap { $0 } + Self.sizes
        sizes = sizes.filter { own.accepts(height: $0.0, width: $0.1) && other.accepts(height: $0.0, width: $0.1) }
        let batch = own.declaredBatch ?? other.declaredBatch ?? 1
        var shapes: [Shape] = []
        for (height, width) in sizes {
            let shape = try Shape([batch, own.contract.inputChannels, height, width])
            if shapes.count <= Self.otherSizes, !shapes.contains(shape) { shapes.append(shape) }
        }
        return shapes
    }

    /// What the networks are run on: the end of the finding's name, what it is, and the samples.
    private func pictures(
        _ shape: Shape, _ photograph: Photograph
    ) throws -> [(title: String, description: String, input: Tensor)] {
        let samples = try SamplePicture.allCases.map { ($0.rawValue, $0.title, try $0.tensor(shape)) }
        return try samples + [("photograph", photograph.title, photograph.tensor(shape))]
    }

    private static func tolerance(_ own: Export, _ other: Export) -> Double {
        own.contract.elementType == .float16 || other.contract.elementType == .float16
            ? ReferenceCheck.halfTolerance : ReferenceCheck.tolerance
    }

    private static func text(_ contract: ModelContract) -> String {
        "\(contract.inputChannels) to \(contract.outputChannels) channels, scale \(contract.scale)"
    }
}

/// A network as it runs by default.
private struct Export: Sendable {
    let subject: Subject
    let contract: ModelContract
    /// Why it keeps the size of its export; nil where it does not.
    let refusal: String?
    private let session: Session

    init(_ subject: Subject) throws {
        self.subject = subject
        session = try subject.session(.fused)
        contract = try ModelContract(of: session.model)
        refusal = try subject.liftRefusal()?.message
    }

    var isFixed: Bool { if case .fixed = contract.size { true } else { false } }

    /// Height and width, where the file names them.
    var declaredSize: (Int, Int)? {
        guard let height = dimension(2), let width = dimension(3) else { return nil }
        return (height, width)
    }

    var declaredBatch: Int? { dimension(0) }

    private func dimension(_ axis: Int) -> Int? {
        guard let input = subject.graph.inputs.first, let dimensions = subject.graph[input].declaration.dimensions,
            dimensions.indices.contains(axis), case .fixed(let size) = dimensions[axis]
        else { return nil }
        return size
    }

    func accepts(height: Int, width: Int) -> Bool {
        if case .fixed(let ownHeight, let ownWidth) = contract.size { return height == ownHeight && width == ownWidth }
        guard
            let type = try? TensorType(
                contract.elementType, [declaredBatch ?? 1, contract.inputChannels, height, width])
        else {
            return false
        }
        return (try? session.specialization(for: [type])) != nil
    }

    func run(_ input: Tensor) async throws -> Tensor {
        guard let output = try await session.run([input.converted(to: contract.elementType)]).first else {
            throw RestorationError(.contract, "the model gave no output")
        }
        return output
    }
}

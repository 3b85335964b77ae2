import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLRestoration
import GRLRuntime
package import GRLTensor

/// Whether the network gives the same in all ways in which it can be run here: at every stage of optimisation, at
/// several sizes, on any number of threads, in batches, with float16 products, with every instruction set, and in
/// tiles.
package struct SelfCheck: Check {
    /// Runs the network, fully optimised, on ``picture(for:)`` in a process that uses the named instruction set.
    package typealias Elsewhere = @Sendable (_ instructionSet: String) async throws -> [Tensor]

    private static let seed: UInt64 = 1
    /// Two digits of the largest element.
    private static let halfTolerance = 1e-2

    package let name = "self"
    private let tolerance: Double?
    private let elsewhere: Elsewhere?

    /// What all parts of the check share.
    private struct Setting {
        let subject: Subject
        let picture: Tensor
        let tolerance: Double
        /// What the network gives for the picture, fully optimised.
        let expected: [Tensor]
    }

    /// - Parameters:
    ///   - tolerance: what rounding explains, of the largest element where that is more than 1; nil for what
    ///     ``RoundingTolerance`` says.
    ///   - elsewhere: nil where no other process can be started.
    package init(tolerance: Double? = nil, elsewhere: Elsewhere?) {
        self.tolerance = tolerance
        self.elsewhere = elsewhere
    }

    /// What every part of the check runs on: noise of the size of the export.
    ///
    /// - Throws: a ``RunError`` (`INPUT`) when the model takes no float32 picture.
    package static func picture(for subject: Subject) throws -> Tensor {
        try NoiseInput.picture(for: subject.model(.imported))
    }

    package func run(on subject: Subject) async throws -> [Finding] {
        let picture = try Self.picture(for: subject)
        let rounding = try RoundingTolerance(subject.model(.lifted).graph)
        let tolerance = tolerance ?? rounding.value
        var findings: [Finding] = []
        if self.tolerance == nil, let reason = rounding.reason {
            findings.append(Finding("self.rounding", .passed, reason, values: ["tolerance": tolerance]))
        }
        findings.append(try stages(OptimizationStage.allCases, subject, picture, tolerance, title: "self.stages"))
        let setting = Setting(
            subject: subject, picture: picture, tolerance: tolerance,
            expected: try await subject.run(subject.session(.fused), [picture]))
        for part in [otherSizes, threads, batches, halfPrecision, instructionSets, tiles] {
            try Task.checkCancellation()
            findings += try await part(setting)
        }
        return findings
    }

    private func stages(
        _ stages: [OptimizationStage], _ subject: Subject, _ picture: Tensor, _ tolerance: Double, title: String
    ) throws -> Finding {
        let verification = try StageVerification(
            stages.map { (stage: $0, model: try subject.model($0)) }, picture: picture,
            threads: subject.settings.threads, tolerance: tolerance)
        let parts = verification.comparisons.map { comparison in
            let difference =
                comparison.isIdentical ? "equal to the bit" : "max |Δ| \(number(Double(comparison.difference)))"
            return "\(comparison.stage) \(difference)"
        }
        let values = verification.comparisons.map { ("\($0.stage)", Double($0.difference)) }
        return Finding(
            title, verification.agrees ? .passed : .failed,
            "\(verification.input), against \(stages[0]): \(parts.joined(separator: ", "))",
            details: ["bound \(number(Double(verification.bound)))"],
            values: Dictionary(values + [("bound", Double(verification.bound))]) { a, _ in a })
    }

    /// Other sizes than that of the export; at one of them as the file has the network, where it leaves the size open.
    private func otherSizes(_ setting: Setting) async throws -> [Finding] {
        let sizes = try OtherSizes(setting.subject, beside: setting.picture).sizes
        guard !sizes.isEmpty else {
            return [
                Finding("self.sizes", .skipped, "no size was found to compare at beside \(setting.picture.shape)")
            ]
        }
        return try sizes.map { size in
            let input = try NoiseInput.tensor(TensorType(.float32, size.shape), seed: Self.seed)
            return try stages(
                size.stages, setting.subject, input, setting.tolerance,
                title: "self.sizes.\(size.shape[2])x\(size.shape[3])")
        }
    }

    private func threads(_ setting: Setting) async throws -> [Finding] {
        let subject = setting.subject
        let most = ThreadPool.shared.threadCount
        var first: [Tensor] = []
        var findings: [Finding] = []
        for count in 1...most {
            let session = try Session(
                subject.model(.fused),
                options: SessionOptions(threads: count, memoryLimit: subject.settings.memoryLimit))
            let outputs = try await subject.run(session, [setting.picture])
            if count == 1 {
                first = outputs
            } else if try !zip(outputs, first).allSatisfy({ try TensorDifference($0, $1).isIdentical }) {
                findings.append(
                    Finding(
                        "self.threads", .failed, "\(count) threads give other bits than one",
                        values: ["threads": Double(count)]))
            }
        }
        return findings.isEmpty
            ? [
                Finding(
                    "self.threads", .passed,
                    most == 1 ? "1 thread, as many as there are" : "1 to \(most) threads: equal to the bit",
                    values: ["threads": Double(most)]
                )
            ]
            : findings
    }

    /// A batch of two against each picture alone.
    private func batches(_ setting: Setting) async throws -> [Finding] {
        let (subject, picture) = (setting.subject, setting.picture)
        guard picture.shape[0] == 1 else {
            return [Finding("self.batch", .skipped, "the network takes batches of \(picture.shape[0])")]
        }
        let other = try NoiseInput.tensor(picture.type, seed: Self.seed)
        let session = try subject.session(.fused)
        let both: [Tensor]
        do {
            both = try await subject.run(session, [picture.stacked(on: other)])
        } catch let error as RunError where error.code != "MEMORY_BUDGET" {
            return [Finding("self.batch", .skipped, "the network takes one picture at a time: \(error.message)")]
        }
        let others = try await subject.run(session, [other])
        let differences = try both.indices.map {
            try TensorDifference(both[$0], setting.expected[$0].stacked(on: others[$0]))
        }
        return [comparison("self.batch", "two pictures at once, against one by one", differences, setting.tolerance)]
    }

    /// Float16 products are a choice that costs digits, so that they cost more than two is a note.
    private func halfPrecision(_ setting: Setting) async throws -> [Finding] {
        let title = "self.float16"
        let emulates = (try? Precision.float16.kernels(emulates: false)) == nil
        var options = ModelOptions(memoryLimit: setting.subject.settings.memoryLimit, precision: .float16)
        options.emulatesPrecision = emulates
        guard (try? Precision.float16.kernels(emulates: emulates)) != nil else {
            return [
                Finding(
                    title, .skipped,
                    "not on this machine: float16 products need AVX-512 FP16, and their emulation AVX-512")
            ]
        }
        let model = try Model(graph: setting.subject.graph, options: options)
        guard model.log.entries.contains(where: { $0.pass == ChooseKernels(.float32).name && $0.kind == .applied })
        else {
            return [Finding(title, .skipped, "no layer of the network has float16 products")]
        }
        let session = try Session(
            model,
            options: SessionOptions(
                threads: setting.subject.settings.threads, memoryLimit: setting.subject.settings.memoryLimit))
        let outputs = try await setting.subject.run(session, [setting.picture])
        let differences = try zip(outputs, setting.expected).map { try TensorDifference($0, $1) }
        let processor = emulates ? "float16 products, emulated with the bits of AVX-512 FP16" : "float16 products"
        return [
            comparison(
                title, "\(processor), against float32", differences, Self.halfTolerance, otherwise: .warned)
        ]
    }

    private func instructionSets(_ setting: Setting) async throws -> [Finding] {
        let others = InstructionSet.available.filter { $0 != MachinePeak.instructionSet }
        guard let elsewhere, !others.isEmpty else {
            return [Finding("self.instructions", .skipped, "only \(MachinePeak.instructionSet) can be run")]
        }
        var findings: [Finding] = []
        for name in others {
            let outputs = try await elsewhere(name)
            let differences = try zip(outputs, setting.expected).map { try TensorDifference($0, $1) }
            findings.append(
                comparison(
                    "self.instructions.\(name)", "against \(MachinePeak.instructionSet)", differences,
                    setting.tolerance))
        }
        return findings
    }

    /// Tiles see less than the whole picture, so nothing is asked of their result but that it is there.
    private func tiles(_ setting: Setting) async throws -> [Finding] {
        let (subject, picture) = (setting.subject, setting.picture)
        let model = try subject.model(.fused)
        let whole: Restorer
        do {
            whole = try Restorer(model: model)
        } catch let error as RestorationError {
            return [Finding("self.tiles", .skipped, error.message)]
        }
        guard case .dynamic(let multiple, let minimum) = whole.contract.size else {
            return [Finding("self.tiles", .skipped, "the network runs in tiles only")]
        }
        let views = try TiledViews(contract: whole.contract, side: max(picture.shape[2], picture.shape[3]))
        var options = RestorerOptions()
        options.tile = max(minimum, (views.side / 2 + multiple - 1) / multiple * multiple)
        options.threads = subject.settings.threads
        let tiled = try Restorer(model: model, options: options)
        let expected = try await whole.restore(samples: views.pictures)
        let difference = try TensorDifference(try await tiled.restore(samples: views.pictures), expected)
        let reason = whole.contract.readsWholePicture ? "; the network takes statistics over the whole picture" : ""
        return [
            Finding(
                "self.tiles", .passed,
                "\(views.side)×\(views.side) in tiles of \(options.tile ?? 0), against whole: \(difference.summary)\(reason)",
                values: difference.values)
        ]
    }

    private func comparison(
        _ title: String, _ message: String, _ differences: [TensorDifference], _ tolerance: Double,
        otherwise outcome: Finding.Outcome = .failed
    ) -> Finding {
        let worst = differences.max { $0.maximum < $1.maximum }
        return Finding(
            title, differences.allSatisfy { $0.isWithin(tolerance) } ? .passed : outcome,
            "\(message): \(worst?.summary ?? "no outputs")",
            details: differences.map(\.worstElement), values: worst?.values ?? [:])
    }
}

import Foundation
import GRLCheckpoint
import GRLGraph
import GRLTensor
import GRLValidation
import Testing

/// Accounts for the parameters of the fixtures' networks, as they are and changed.
@Suite struct CheckpointCheckTests {
    private func findings(_ model: String, _ checkpoint: String, place: String? = nil) async throws -> [Finding] {
        let subject = try Subject(contentsOfFile: Fixtures.path("\(model).onnx"))
        return try await CheckpointCheck(path: checkpoint, place: place).run(on: subject)
    }

    private func checkpoint(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Checkpoints/\(name)").path
    }

    /// Both exporters, simplified, stored in 16 bits, clamped scales, another architecture; every format.
    @Test(
        arguments: [
            ("plain-dynamo20.pth", "plain-dynamo20", 116), ("wide-bias-dynamo18.ckpt", "wide-bias-dynamo18", 38),
            ("plain-ts17-onnxsim.safetensors", "plain-ts17-onnxsim", 116),
            ("plain-float16-ts17.npz", "plain-float16-ts17", 64), ("clamped-scale-ts18.pth", "clamped-scale-ts18", 116),
            ("swinir-ts17.npz", "swinir-ts17", 53), ("rcan-ts17.npz", "rcan-ts17", 48),
            ("gray-ts14.npz", "gray-ts14", 38),
        ])
    func everyParameterIsAccountedFor(file: String, model: String, count: Int) async throws {
        let findings = try await findings(model, checkpoint(file))
        #expect(findings.filter { $0.outcome == .failed } == [])
        let summary = try #require(findings.first)
        #expect(summary.outcome == .passed)
        #expect(summary.values["missing"] == 0)
        #expect(summary.values["unaccounted"] == 0)
        #expect(summary.values["found"] == Double(count))
    }

    /// The broken exports whose mistake is one of parameters, against the checkpoint of the good one.
    @Test(
        arguments: ["transposed-weight", "swapped-layers", "clamp", "stale-checkpoint", "half-weights"])
    func mistakesOfParametersAreCaughtInTheirLayer(name: String) async throws {
        let mistake = try #require(BrokenExportsTests.mistakes.first { $0.name == name })
        let subject = try Subject(contentsOfFile: Fixtures.own("\(name).onnx"))
        let failures = try await CheckpointCheck(path: Fixtures.own("good.pth")).run(on: subject)
            .filter { $0.outcome == .failed }
        let first = try #require(failures.lazy.compactMap(\.layer).first)
        #expect(ModuleScopes.contains(mistake.layer, first), "\(failures)")
    }

    @Test func theGoodExportHasItsCheckpoint() async throws {
        let subject = try Subject(contentsOfFile: Fixtures.own("good.onnx"))
        let findings = try await CheckpointCheck(path: Fixtures.own("good.pth")).run(on: subject)
        #expect(findings.map(\.outcome) == [.passed], "\(findings)")
    }

    @Test func theDictionaryThatFitsIsTaken() async throws {
        let fitting = try await findings("plain-dynamo20", checkpoint("plain-dynamo20.pth"))
        #expect(fitting.last?.message.contains("compared with params of") == true)
        let stale = try await findings("plain-dynamo20", checkpoint("plain-dynamo20.pth"), place: "params_ema")
        #expect(stale.first?.outcome == .failed)
        #expect(stale.first?.values["found"] ?? 1 < 5)
    }

    @Test func misspeltDictionariesAreErrorsThatNameThose() async throws {
        let error = try await #require(throws: CheckpointError.self) {
            try await findings("plain-dynamo20", checkpoint("plain-dynamo20.pth"), place: "generator")
        }
        #expect(error.code == .state)
        #expect(error.message == "has no state dictionary 'generator'; it has 'params', 'params_ema'", "\(error)")
        let top = try await #require(throws: CheckpointError.self) {
            try await CheckpointCheck(path: Fixtures.own("good.pth"), place: "params")
                .run(on: Subject(contentsOfFile: Fixtures.own("good.onnx")))
        }
        #expect(top.message.contains("at the top level, so --state is not needed"), "\(top)")
    }

    /// What the comparison does not see stands in the line that says that all is well.
    @Test func whatIsNotComparedIsSaid() async throws {
        let findings = try await findings("plain-dynamo20", checkpoint("plain-dynamo20.pth"))
        #expect(
            findings.first?.message.hasSuffix(
                "; attributes, epsilons and the order of operations are not compared, --reference does that") == true)
    }

    /// What is wrong with a checkpoint, for an export, as with an export for a checkpoint; and the module that it is
    /// in.
    private enum Change: String, CaseIterable, CustomTestStringConvertible {
        case oneElement, transposedSquare, swappedLayers, swappedNorms, scale, positionBias, extraLayer, missingLayer
        case reversedColors, slightlyOff

        var testDescription: String { rawValue }

        var layer: String {
            switch self {
            case .oneElement: "layers.0.blocks.2.mlp.fc1"
            case .transposedSquare: "layers.0.blocks.1.attn.proj"
            case .swappedLayers: "layers.0.blocks.0.mlp.fc2"
            case .swappedNorms: "layers.0.blocks.3.norm1"
            case .scale: "layers.0.blocks.1.attn.stripe_attn.attn_transform2"
            case .positionBias: "layers.0.blocks.0.attn.window_attn.attn_transform.cpb_mlp.2"
            case .extraLayer: "layers.0.blocks.9.mlp.fc1"
            case .missingLayer: "layers.0.conv"
            case .reversedColors: "conv_first"
            case .slightlyOff: "conv_after_body"
            }
        }

        func apply(to tensors: inout [String: Tensor]) throws {
            func change(_ name: String, _ body: (inout [Float]) -> Void) throws {
                guard let tensor = tensors[name] else { return }
                var values: [Float] = try tensor.elements()
                body(&values)
                tensors[name] = try Tensor(values, shape: tensor.shape)
            }
            func swap(_ a: String, _ b: String) { (tensors[a], tensors[b]) = (tensors[b], tensors[a]) }
            switch self {
            case .oneElement: try change("\(layer).weight") { $0[5] += 1e-4 }
            case .transposedSquare:
                try change("\(layer).weight") { values in
                    let old = values
                    for index in values.indices { values[index] = old[index % 16 * 16 + index / 16] }
                }
            case .swappedLayers:
                for field in ["weight", "bias"] { swap("\(layer).\(field)", "layers.0.blocks.1.mlp.fc2.\(field)") }
            case .swappedNorms: swap("\(layer).weight", "\(layer).bias")
            case .scale: try change("\(layer).logit_scale") { $0[1] *= 1.001 }
            case .positionBias: try change("\(layer).weight") { $0[3] += 0.01 }
            case .extraLayer: tensors["\(layer).weight"] = try Tensor([1, 2, 3] as [Float], shape: Shape([3]))
            case .missingLayer: tensors["\(layer).weight"] = nil
            case .reversedColors:
                try change("\(layer).weight") { values in
                    let old = values
                    for index in values.indices { values[index] = old[index + (2 - 2 * (index / 9 % 3)) * 9] }
                }
            case .slightlyOff:
                try change("\(layer).weight") { values in for index in values.indices { values[index] *= 1 + 0x1p-20 } }
            }
        }
    }

    @Test(arguments: Change.allCases, ["plain-ts17-onnxsim.safetensors", "plain-dynamo20.pth"])
    private func changesAreCaughtAndTheLayerNamed(change: Change, file: String) async throws {
        let dictionary = try #require(
            Checkpoint(contentsOfFile: checkpoint(file)).dictionaries.first { $0.place != "params_ema" })
        var tensors = Dictionary(uniqueKeysWithValues: dictionary.entries.map { ($0.name, $0.tensor) })
        try change.apply(to: &tensors)
        let path = NSTemporaryDirectory() + "grl-\(UUID().uuidString).npz"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let names = dictionary.entries.map(\.name) + tensors.keys.filter { $0.contains(".9.") }
        try NpzArchive.write(names.compactMap { name in tensors[name].map { (name, $0) } }, path: path)
        let model = file.split(separator: ".").first.map(String.init) ?? ""
        let failures = try await findings(model, path).filter { $0.outcome == .failed && $0.layer != nil }
        #expect(!failures.isEmpty)
        let layers = failures.compactMap(\.layer)
        let isNamed = layers.contains { layer in
            layer.hasPrefix(change.layer) || (change.layer.hasPrefix(layer) && layer.contains("."))
        }
        #expect(isNamed, "\(failures.map { "\($0.layer ?? ""): \($0.message)" })")
    }
}

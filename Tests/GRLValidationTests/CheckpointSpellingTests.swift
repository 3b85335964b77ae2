import Foundation
import GRLCheckpoint
import GRLGraph
import GRLONNX
import GRLTensor
import GRLValidation
import Testing

/// Exports that hold parameters in other forms than the checkpoint: merged, split, folded into neighbours, rounded.
@Suite struct CheckpointSpellingTests {
    private func checkpoint(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Checkpoints/\(name)").path
    }

    private func tensors(_ name: String) throws -> [(name: String, tensor: Tensor)] {
        let dictionary = try #require(
            Checkpoint(contentsOfFile: checkpoint(name)).dictionaries.first { $0.place != "params_ema" })
        return dictionary.entries.map { ($0.name, $0.tensor) }
    }

    private func validate(model: String, checkpoint: String) async throws -> [Finding] {
        try await CheckpointCheck(path: checkpoint).run(on: Subject(contentsOfFile: model))
    }

    private func withTemporaryFile<Result>(_ end: String, _ body: (String) async throws -> Result) async throws
        -> Result
    {
        let path = NSTemporaryDirectory() + "grl-\(UUID().uuidString)\(end)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    /// Three parameters of which the export has made one.
    @Test func mergedParameters() async throws {
        let module = "layers.0.blocks.1.attn.qkv.body"
        let parts = try tensors("plain-dynamo20.pth").flatMap { name, tensor -> [(name: String, tensor: Tensor)] in
            guard name.hasPrefix(module) else { return [(name, tensor)] }
            let values: [Float] = try tensor.elements()
            let dimensions = [16] + tensor.shape.dimensions.dropFirst()
            return try ["q", "k", "v"].enumerated().map { index, part in
                let size = values.count / 3
                let slice = Array(values[index * size..<(index + 1) * size])
                return (
                    name.replacingOccurrences(of: "qkv.body", with: part), try Tensor(slice, shape: Shape(dimensions))
                )
            }
        }
        #expect(parts.count == 120)
        let findings = try await withTemporaryFile(".npz") { path in
            try NpzArchive.write(parts, path: path)
            return try await validate(model: Fixtures.path("plain-dynamo20.onnx"), checkpoint: path)
        }
        #expect(findings.filter { $0.outcome == .failed } == [])
        #expect(findings.first?.message.contains("6 merged or split") == true, "\(findings.first?.message ?? "")")
    }

    /// One parameter that the export has split in two; half of it would not do.
    @Test(arguments: [false, true]) func splitParameters(isIncomplete: Bool) async throws {
        let module = "layers.0.blocks.0.mlp"
        var all = try tensors("plain-dynamo20.pth")
        let first = try #require(all.first { $0.name == "\(module).fc1.weight" }).tensor.elements(of: Float.self)
        let other = try #require(all.first { $0.name == "layers.0.blocks.3.mlp.fc1.weight" }).tensor.elements(
            of: Float.self)
        all.removeAll { $0.name == "\(module).fc1.weight" || $0.name == "layers.0.blocks.3.mlp.fc1.weight" }
        let surplus = isIncomplete ? other.map { $0 + 1 } : other
        all.append(("\(module).joined.weight", try Tensor(first + surplus, shape: Shape([64, 16]))))
        let findings = try await withTemporaryFile(".npz") { path in
            try NpzArchive.write(all, path: path)
            return try await validate(model: Fixtures.path("plain-dynamo20.onnx"), checkpoint: path)
        }
        let missing = findings.filter { $0.check == "checkpoint.missing" }
        #expect(missing.compactMap(\.layer) == (isIncomplete ? ["\(module).joined"] : []))
    }

    /// An export edited by `change`, compared with its checkpoint.
    private func findings(
        _ model: String, _ file: String, _ change: (inout Graph) throws -> Void
    ) async throws -> [Finding] {
        var graph = try ModelImporter.load(contentsOf: Fixtures.path("\(model).onnx")).graph
        try change(&graph)
        return try await withTemporaryFile(".onnx") { path in
            try ModelWriter.write(graph, to: path)
            return try await validate(model: path, checkpoint: checkpoint(file))
        }
    }

    private func values(_ name: String, in graph: Graph) throws -> [Float] {
        let value = try #require(graph.value(named: name))
        return try #require(graph[value].constant).elements()
    }

    private func replace(_ name: String, in graph: inout Graph, _ values: [Float]) throws {
        let old = try #require(graph.value(named: name))
        let shape = try #require(graph[old].constant).shape
        let new = graph.addConstant("new", try Tensor(values, shape: shape))
        graph.replaceUses(of: old, with: new)
        graph.eraseUnusedConstants()
        graph.rename(new, to: name)
    }

    /// W · diag(γ) and b + W · β in a linear layer behind a normalisation that neither scales nor shifts any more.
    @Test func normalisationsFoldedIntoTheLayerBehind() async throws {
        let block = "layers.0.residual_group.blocks.0"
        let findings = try await findings("swinir-ts17", "swinir-ts17.npz") { graph in
            let scale = try values("\(block).norm1.weight", in: graph)
            let shift = try values("\(block).norm1.bias", in: graph)
            let weight = try values("onnx::MatMul_3150", in: graph)
            let bias = try values("\(block).attn.qkv.bias", in: graph)
            let scaled = weight.indices.map { weight[$0] * scale[$0 / 36] }
            let shifted = bias.indices.map { output in
                (0..<12).reduce(bias[output]) { $0 + weight[$1 * 36 + output] * shift[$1] }
            }
            try replace("onnx::MatMul_3150", in: &graph, scaled)
            try replace("\(block).attn.qkv.bias", in: &graph, shifted)
            try replace("\(block).norm1.weight", in: &graph, scale.map { _ in 1 })
            try replace("\(block).norm1.bias", in: &graph, shift.map { _ in 0 })
        }
        #expect(findings.filter { $0.outcome == .failed } == [])
        #expect(findings.first?.message.contains("7 folded") == true, "\(findings.first?.message ?? "")")
    }

    @Test func weightsRoundedAndStoredAsBeforeAreTold() async throws {
        let findings = try await findings("plain-ts17-onnxsim", "plain-ts17-onnxsim.safetensors") { graph in
            let rounded = try values("conv_after_body.weight", in: graph).map { Float(Float16($0)) }
            try replace("conv_after_body.weight", in: &graph, rounded)
        }
        let failures = findings.filter { $0.outcome == .failed && $0.layer != nil }
        #expect(failures.map(\.check) == ["checkpoint.values"])
        #expect(failures.map(\.layer) == ["conv_after_body"])
        #expect(failures.first?.message.contains("rounded to float16") == true)
    }

    /// Stored in 16 bits they are a choice, within half a unit of the last place.
    @Test func weightsCastToHalfPrecisionAreAccountedFor() async throws {
        let all = try tensors("plain-float16-ts17.npz").map { name, tensor in
            let values = try tensor.elements(of: Float.self).map { $0 * (1 + 0x1p-14) }
            return (name: name, tensor: name.contains("norm") ? try Tensor(values, shape: tensor.shape) : tensor)
        }
        let findings = try await withTemporaryFile(".npz") { path in
            try NpzArchive.write(all, path: path)
            return try await validate(model: Fixtures.path("plain-float16-ts17.onnx"), checkpoint: path)
        }
        #expect(findings.filter { $0.outcome == .failed } == [])
        #expect(findings.first?.message.contains("12 cast") == true, "\(findings.first?.message ?? "")")
    }

    /// A bias of one number is known by its own name or by the weight beside it, whatever its node is said to belong
    /// to; a changed one is missing.
    @Test(arguments: [("", 1.0 as Float), ("c", 1), ("", 1.5), ("c", 1.5)])
    func biasesOfOneNumber(prefix: String, factor: Float) async throws {
        let module = "body.0.body.1.body.3.conv_du.0"
        let findings = try await findings("rcan-ts17", "rcan-ts17.npz") { graph in
            let bias = try values("\(module).bias", in: graph)
            try replace("\(module).bias", in: &graph, bias.map { $0 * factor })
            let value = try #require(graph.value(named: "\(module).bias"))
            graph.rename(value, to: "\(prefix)\(module).bias")
            let node = graph[try #require(graph[value].users.first)]
            let output = try #require(node.outputs.first ?? nil)
            let other = graph.addNode(
                node.operation, name: "/tail/1/Conv", inputs: node.inputs, output: "other", before: node.id)
            graph.replaceUses(of: output, with: other)
            graph.erase([node.id])
        }
        let missing = findings.filter { $0.check == "checkpoint.missing" }
        #expect(missing.map(\.layer) == (factor == 1 ? [] : [module]))
    }

    @Test func anotherClampOfTheScaleIsToldWithItsLayer() async throws {
        let findings = try await findings("plain-ts17-onnxsim", "plain-ts17-onnxsim.safetensors") { graph in
            let name = "/layers.0/blocks.0/attn/stripe_attn/attn_transform2/Exp_output_0"
            let scale = try values(name, in: graph)
            try replace(name, in: &graph, scale.map { min($0, 2.5) })
        }
        let missing = findings.filter { $0.check == "checkpoint.missing" }
        #expect(missing.map(\.layer) == ["layers.0.blocks.0.attn.stripe_attn.attn_transform2"])
    }
}

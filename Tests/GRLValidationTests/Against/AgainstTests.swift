import GRLGraph
import GRLONNX
import GRLTensor
import GRLValidation
import Testing

@Suite struct AgainstTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func compare(
        _ own: String, _ other: String, reduction: AgainstCheck.Reduction? = nil
    ) async throws -> [Finding] {
        let subject = try Subject(contentsOfFile: own)
        return try await AgainstCheck(path: other, reduction: reduction).run(on: subject)
    }

    /// A copy of a fixture with some constants changed.
    private func changed(_ fixture: String, _ change: (Value, Tensor) throws -> Tensor?) throws -> String {
        var graph = try ModelImporter.load(contentsOf: Fixtures.twin(fixture)).graph
        for value in Array(graph.values) {
            guard let constant = value.constant, let tensor = try change(value, constant) else { continue }
            graph.replaceUses(of: value.id, with: graph.addConstant("\(value.name).changed", tensor))
        }
        graph.eraseUnusedConstants()
        let path = folder.path("\(fixture)-changed.onnx")
        try ModelWriter.write(graph, to: path)
        return path
    }

    /// Multiplies every weight of one module by a number.
    private func scaled(_ fixture: String, _ name: String, by factor: Float) throws -> String {
        try changed(fixture) { value, constant in
            guard value.name == name else { return nil }
            return try Tensor(constant.elements(of: Float.self).map { $0 * factor }, shape: constant.shape)
        }
    }

    @Test(arguments: [
        ("plain-ts17", "plain-ts11-onnxsim"), ("plain-ts11-onnxsim", "plain-dynamo20"),
        ("plain-dynamo20", "plain-any-size-ts17"), ("plain-dynamo18-onnxslim", "plain-ts17"),
    ])
    func exportsOfOneNetworkAgree(own: String, other: String) async throws {
        let findings = try await compare(Fixtures.twin(own), Fixtures.twin(other))
        for finding in findings { #expect(finding.outcome == .passed, "\(finding)") }
        let inputs = findings.compactMap { $0.message.split(separator: ":").first }
        #expect(
            inputs
                == [(16, 24), (48, 72), (65, 40)].flatMap { height, width in
                    ["noise", "painted discs", "photograph of a cat"].map { "\($0), \(height)×\(width)" }
                })
        #expect(Set(findings.map(\.check)) == ["against.noise", "against.leaves", "against.photograph"])
    }

    @Test func exportsThatKeepTheirSizeAreComparedThere() async throws {
        let findings = try await compare(
            Fixtures.twin("euclidean-ts16"), Fixtures.twin("euclidean-dynamo20"))
        #expect(findings.filter { $0.outcome == .passed }.count == 3)
        let skipped = findings.filter { $0.outcome == .skipped }
        #expect(skipped.count == 2 && skipped.allSatisfy { $0.check == "against.size" })
    }

    @Test(arguments: [
        ("plain-ts17", "plain-ts11-onnxsim", "layers.0.blocks.1.norm1.weight", "layers.0.blocks.1.norm1"),
        ("plain-dynamo20", "plain-dynamo20", "layers.0.blocks.1.mlp.fc1.bias", "layers.0.blocks.1.mlp.fc1"),
        ("plain-ts17", "plain-dynamo20", "layers.0.blocks.0.norm2.bias", "layers.0.blocks.0.norm2"),
        (
            "plain-dynamo18-onnxslim", "plain-any-size-ts17", "layers.0.blocks.0.mlp.fc2.bias",
            "layers.0.blocks.0.mlp.fc2"
        ),
        ("euclidean-ts16", "euclidean-dynamo20", "layers.0.blocks.1.norm1.weight", "layers.0.blocks.1.norm1"),
    ])
    func theFirstBlockThatDiffersIsNamed(own: String, other: String, parameter: String, layer: String) async throws {
        let findings = try await compare(
            Fixtures.twin(own), try scaled(other, parameter, by: 1.5))
        #expect(findings.contains { $0.check == "against.noise" && $0.outcome == .failed })
        let block = try #require(findings.first { $0.check == "against.block" })
        #expect(block.outcome == .failed && block.layer == layer, "\(block)")
        #expect(block.message.contains("on equal inputs max |Δ|") && !block.details.isEmpty, "\(block)")
    }

    @Test func roundedWeightsAreToldFromWrongOnes() async throws {
        let rounded = try changed("plain-ts17") { value, constant in
            guard constant.elementType == .float32, constant.count > 16 else { return nil }
            return try Tensor(constant.elements(of: Float.self).map { Float(Float16($0)) }, shape: constant.shape)
        }
        let findings = try await compare(Fixtures.twin("plain-ts17"), rounded)
        let block = try #require(findings.first { $0.check == "against.block" })
        #expect(block.layer == "conv_first", "\(block)")
        #expect(block.details.contains { $0.hasSuffix("the other one is this, rounded to float16") })
    }

    @Test func turnedMatricesAreTold() async throws {
        let name = "layers.0.blocks.1.attn.proj"
        let graph = try ModelImporter.load(contentsOf: Fixtures.twin("plain-ts17")).graph
        let scopes = ModuleScopes(graph)
        let node = try #require(graph.nodes.first { scopes[$0.id] == name && $0.operation.spec.name == "MatMul" })
        let weight = try #require(node.inputs[1])
        let turned = try changed("plain-ts17") { value, constant in
            guard value.id == weight else { return nil }
            let elements = try constant.elements(of: Float.self)
            let side = constant.shape[0]
            return try Tensor(
                elements.indices.map { elements[$0 % side * side + $0 / side] }, shape: constant.shape)
        }
        let block = try #require(
            try await compare(Fixtures.twin("plain-ts17"), turned).first { $0.check == "against.block" })
        #expect(block.layer == name)
        #expect(block.details.contains { $0.hasSuffix("the other one transposed") }, "\(block.details)")
    }

    @Test(arguments: [("plain-ts17", "plain-dynamo20"), ("euclidean-ts16", "euclidean-ts16")])
    func whatIsReducedShowsTheDifference(own: String, other: String) async throws {
        let reduction = AgainstCheck.Reduction(
            model: folder.path("reduced.onnx"), recording: folder.path("reduced.npz"), overwrites: false)
        let findings = try await compare(
            Fixtures.twin(own), try scaled(other, "layers.0.blocks.1.norm1.weight", by: 2),
            reduction: reduction)
        let block = try #require(findings.first { $0.check == "against.block" })
        let subject = try Subject(contentsOfFile: reduction.model)
        #expect(subject.graph.outputs.map { subject.graph[$0].name } == ["model", "other", "difference"])
        #expect(subject.graph.schedule.count < 8, "\(subject.graph)")
        let recorded = try await ReferenceCheck(path: reduction.recording).run(on: subject)
        #expect(recorded.count == 3 && recorded.allSatisfy { $0.outcome == .passed }, "\(recorded)")
        let archive = try NpzArchive(path: reduction.recording)
        let difference = try TensorDifference(
            archive.tensor(named: "model"), archive.tensor(named: "other")
        ).maximum
        #expect(difference == block.values["maximum"] && difference > 1e-3)
    }

    /// Beside the good export, each broken one shows its layer, whichever of the two is the one in question.
    @Test(arguments: BrokenExportsTests.mistakes, [true, false])
    func everyMistakeIsFound(mistake: BrokenExportsTests.Mistake, isOther: Bool) async throws {
        let files = [Fixtures.own("good.onnx"), Fixtures.own("\(mistake.name).onnx")]
        guard mistake.name != "training-mode" else {
            guard isOther else {
                await #expect { try await compare(files[1], files[0]) } throws: { "\($0)".contains("drop1") }
                return
            }
            let findings = try await compare(files[0], files[1])
            #expect(findings.map(\.check) == ["against.run"] && findings[0].message.contains("drop1"))
            return
        }
        let findings = try await compare(files[isOther ? 0 : 1], files[isOther ? 1 : 0])
        let block = try #require(findings.first { $0.check == "against.block" })
        #expect(ModuleScopes.contains(mistake.layer, try #require(block.layer)), "\(block)")
        let hints = findings.flatMap(\.details).filter { $0.contains("one of the two takes BGR, the other RGB") }
        #expect(hints.count == (mistake.name == "bgr" ? 1 : 0), "\(findings)")
    }

    /// What lies before the first layer is said to be so.
    @Test func colorsAreExchangedBeforeTheFirstLayer() async throws {
        let findings = try await compare(Fixtures.own("good.onnx"), Fixtures.own("bgr.onnx"))
        let block = try #require(findings.first { $0.check == "against.block" })
        #expect(block.layer == "conv_first" && block.message.hasPrefix("what this layer reads differs: "), "\(block)")
        #expect(block.details.contains("operators there: Slice, Sub"))
    }

    @Test func networksForOtherThingsAreNotRun() async throws {
        let findings = try await compare(Fixtures.twin("plain-ts17"), Fixtures.path("direct2-ts11.onnx"))
        #expect(findings.map(\.check) == ["against.contract"] && findings[0].outcome == .failed)
        #expect(findings[0].message.contains("3 to 3 channels, scale 2 there"))
    }
}

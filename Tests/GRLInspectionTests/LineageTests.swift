import GRLGraph
import GRLInspection
import GRLOperators
import GRLOptimizer
import GRLTensor
import TestSupport
import Testing

@Suite struct LineageTests {
    private func lineage(_ graph: Graph, _ passes: [any Pass]) throws -> (earlier: Graph, later: Graph, Lineage) {
        var earlier = graph
        earlier.markOrigins()
        var later = earlier
        _ = try OptimizationPipeline(passes: passes, verifiesEachPass: true).run(on: &later)
        return (earlier, later, Lineage(from: earlier, to: later))
    }

    private func names(_ nodes: [NodeID]?, _ graph: Graph) -> [String] { (nodes ?? []).map { graph[$0].name } }

    @Test func recognisedPatternsStandForTheirParts() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 3])
        let half = try builder.constant("c", Tensor(scalar: Float(0.5)))
        let one = try builder.constant("c", Tensor(scalar: Float(1)))
        let root = try builder.constant("c", Tensor(scalar: Float(2).squareRoot()))
        let before = try builder.node("Relu", x, name: "before")
        let quotient = try builder.node("Div", before, root, name: "quotient")
        let erf = try builder.node("Erf", quotient, name: "erf")
        let sum = try builder.node("Add", erf, one, name: "sum")
        let product = try builder.node("Mul", before, sum, name: "product")
        let result = try builder.node("Mul", product, half, name: "result")
        builder.output(try builder.node("Neg", result, name: "after"))
        let (earlier, later, lineage) = try lineage(builder.graph, [RecognizeGelu()])
        let gelu = try #require(later.nodes.first { $0.operation is Gelu })
        #expect(names(lineage.predecessors[gelu.id], earlier) == ["quotient", "erf", "sum", "product", "result"])
        for node in earlier.nodes where ["before", "after"].contains(node.name) {
            #expect(names(lineage.successors[node.id], later) == [node.name])
        }
    }

    @Test func sharedNodesStandForAllThatTheyReplace() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let a = try builder.node("Exp", x, name: "a")
        let b = try builder.node("Exp", x, name: "b")
        builder.output(try builder.node("Add", a, b, name: "sum"))
        let (earlier, later, lineage) = try lineage(builder.graph, [EliminateCommonSubexpressions()])
        let shared = try #require(later.nodes.first { $0.operation is Exp })
        #expect(names(lineage.predecessors[shared.id], earlier) == ["a", "b"])
    }

    @Test func foldedAndDeadNodes() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let weight = try builder.constant("c", Tensor(vector: [Float(1), 2]))
        let folded = try builder.node("Exp", weight, name: "folded")
        _ = try builder.node("Neg", x, name: "dead")
        builder.output(try builder.node("Add", x, folded, name: "sum"))
        let (earlier, _, lineage) = try lineage(builder.graph, [FoldConstants(), EliminateDeadNodes()])
        #expect(names(lineage.predecessors.values.first, earlier) == ["folded", "sum"])
        let dead = try #require(earlier.nodes.first { $0.name == "dead" })
        #expect(lineage.successors[dead.id] == nil)
    }

    @Test func whatManyReadIsCountedToTheFirst() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let weight = try builder.constant("c", Tensor(vector: [Float(1), 2]))
        let folded = try builder.node("Exp", weight, name: "folded")
        var value = x
        for number in 0..<40 { value = try builder.node("Add", value, folded, name: "sum \(number)") }
        builder.output(value)
        let (earlier, later, lineage) = try lineage(builder.graph, [FoldConstants()])
        let exp = try #require(earlier.nodes.first { $0.operation is Exp })
        #expect(names(lineage.successors[exp.id], later) == ["sum 0"])
    }

    /// In every export: nothing that an output depends on is lost between two stages, and what a node stands for holds
    /// the operators that make it up.
    @Test(arguments: [
        "plain-ts17", "plain-ts17-onnxsim", "plain-dynamo20", "plain-dynamo20-onnxslim", "dynamic-ts17",
        "dynamic-dynamo20-onnxslim", "swinir-ts17", "rcan-dynamo18", "shuffle4-ts20",
    ])
    func stagesOfExports(fixture: String) throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path(fixture))
        for (earlier, later) in zip(model.stages, model.stages.dropFirst()) {
            let lineage = Lineage(from: earlier.graph, to: later.graph)
            let lost = earlier.graph.nodes.filter { lineage.successors[$0.id] == nil && isUsed($0, earlier.graph) }
            #expect(lost.isEmpty, "\(later.stage): \(lost.map(\.name))")
            for node in later.graph.nodes {
                let parts = (lineage.predecessors[node.id] ?? []).map { earlier.graph[$0].operation.spec.name }
                switch node.operation.spec.name {
                case "WindowAttention" where later.stage == .lifted:
                    // More than two where the bias comes from a small network.
                    #expect(parts.count { $0 == "MatMul" } >= 2 && parts.contains("Softmax"), "\(parts)")
                case "ImageMLP": #expect(parts.count { ["MatMul", "Gemm", "Conv"].contains($0) } == 2, "\(parts)")
                case "ImageConvolution":
                    #expect(parts.contains { ["MatMul", "Gemm", "Conv"].contains($0) }, "\(parts)")
                case "Transpose", "PadToMultiple", "CropToScale", "Slice", "Reshape", "Concat": break
                default: #expect(!parts.isEmpty, "\(node.operation.spec.name) '\(node.name)'")
                }
            }
        }
    }

    /// Whether an output of the graph depends on the node.
    private func isUsed(_ node: Node, _ graph: Graph) -> Bool {
        var open = node.outputs.compactMap { $0 }
        var seen = Set(open)
        while let value = open.popLast() {
            if graph.isOutput(value) { return true }
            for user in graph[value].users {
                for case let output? in graph[user].outputs where seen.insert(output).inserted { open.append(output) }
            }
        }
        return false
    }
}

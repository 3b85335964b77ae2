import GRLGraph
import GRLInspection
import TestSupport
import Testing

@Suite struct GraphSketchTests {
    private func sketch(depth: Int?) throws -> GraphSketch {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 4])
        let first = try builder.node("Relu", x, name: "/body.0/attn/Relu")
        let second = try builder.node("Exp", first, name: "/body.0/attn/Exp")
        let third = try builder.node("Neg", second, name: "/body.0/mlp/Neg \"quoted\"")
        builder.output(try builder.node("Add", third, first, name: "/Add"))
        return GraphSketch(builder.graph, tree: ModuleTree(builder.graph), depth: depth)
    }

    @Test func modulesAreClustersOfDot() throws {
        #expect(
            try sketch(depth: 2).dot.split(separator: "\n").dropFirst(4).joined(separator: "\n") == """
                    n3 [label="Add\\n/Add"];
                    subgraph cluster1 {
                        label="body.0";
                        subgraph cluster2 {
                            label="attn";
                            n0 [label="Relu\\n/body.0/attn/Relu"];
                            n1 [label="Exp\\n/body.0/attn/Exp"];
                        }
                        subgraph cluster3 {
                            label="mlp";
                            n2 [label="Neg\\n/body.0/mlp/Neg \\"quoted\\""];
                        }
                    }
                    n0 -> n1;
                    n1 -> n2;
                    n2 -> n3;
                    n0 -> n3;
                }
                """)
    }

    @Test func deepModulesAreOneBox() throws {
        let dot = try sketch(depth: 1).dot
        #expect(dot.contains("n0 [label=\"attn\\n2 nodes\", fillcolor=\"#dbe6f5\"];"))
        #expect(!dot.contains("Relu") && dot.contains("n0 -> n1;") && dot.contains("n0 -> n2;"))
        #expect(try sketch(depth: 0).dot.contains("label=\"body.0\\n3 nodes\""))
    }

    @Test func mermaidEscapesWhatMeansSomethingToIt() throws {
        let text = try sketch(depth: nil).mermaid
        #expect(text.hasPrefix("flowchart TB\n") && text.contains("subgraph m1[\"body.0\"]"))
        #expect(text.contains("n2[\"Neg<br/>/body.0/mlp/Neg #34;quoted#34;\"]"))
        #expect(text.hasSuffix("    n2 --> n3\n    n0 --> n3\n"))
    }

    @Test func largeNetworksAreDrawnAsFarAsTheyCanBeLookedAt() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"), through: .imported)
        let tree = ModuleTree(model.graph(at: .imported))
        let lines = GraphSketch(model.graph(at: .imported), tree: tree).dot.split(separator: "\n")
        let boxes = lines.count { $0.contains("[label=") && !$0.contains("->") }
        #expect(boxes > 20 && boxes <= 150)
    }
}

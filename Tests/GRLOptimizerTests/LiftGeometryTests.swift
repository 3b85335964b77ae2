import GRLGraph
import GRLOptimizer
import GRLTensor
import TestSupport
import Testing

/// Small networks that keep their size, and the reasons that are given.
@Suite struct LiftGeometryTests {
    /// Lifts a network of one input `[1, 3, H, W]`; returns what was declined.
    private func declined(
        _ size: (Int?, Int?) = (8, 8), metadata: [String: String] = [:],
        _ build: (inout GraphBuilder, ValueID) throws -> ValueID
    ) throws -> (graph: Graph, reasons: [String]) {
        var builder = GraphBuilder()
        let image = builder.input("x", [1, 3, size.0, size.1])
        builder.output(try build(&builder, image))
        var (graph, log) = (builder.graph, OptimizationLog())
        graph.metadata = metadata
        try LiftGeometry().run(on: &graph, log: &log)
        try graph.verify()
        return (graph, log.entries.filter { $0.kind == .declined }.map(\.message))
    }

    private func isFree(_ graph: Graph) -> Bool {
        graph.inputs.contains { input in
            graph[input].declaration.dimensions?.suffix(2).allSatisfy {
                $0 == .symbolic("height") || $0 == .symbolic("width")
            }
                ?? false
        }
    }

    @Test func functionsOfElementsAreFreeOfSizes() throws {
        let (graph, reasons) = try declined { try $0.node("Relu", $1) }
        #expect(reasons.isEmpty && isFree(graph))
    }

    @Test func constantsOfPixels() throws {
        func network(_ elements: [Float]) throws -> (graph: Graph, reasons: [String]) {
            try declined { builder, image in
                let constant = builder.constant("positions", try Tensor(elements, shape: Shape([1, 1, 8, 8])))
                return try builder.node("Add", image, constant)
            }
        }
        let (kept, reasons) = try network((0..<64).map { Float($0) })
        #expect(!isFree(kept) && reasons.contains { $0.contains("differs between pixels") }, "\(reasons)")
        // The same number for each pixel is no matter of size.
        #expect(try isFree(network([Float](repeating: 2, count: 64)).graph))
    }

    /// 13 rows and columns are padded by 3 at their ends, which no window asks for.
    @Test func paddingsThatAreNoneOfTheWindows() throws {
        let (graph, reasons) = try declined((13, 13)) { builder, image in
            let amounts = builder.constant("pads", try Tensor(vector: [0, 0, 0, 0, 0, 0, 3, 3] as [Int64]))
            return try builder.node(
                "Relu", builder.node("Pad", image, amounts, attributes: ["mode": .string("reflect")]))
        }
        #expect(!isFree(graph))
        #expect(reasons.contains { $0.contains("13×13 pixels are padded to 16×16") }, "\(reasons)")
    }

    @Test func stripesThatTheFileSaysToBePartsOfTheImage() throws {
        let metadata = [LiftGeometry.stripeGroupsKey: "[null, 2]", "license": "free"]
        for size in [(8, 8), (nil, nil)] as [(Int?, Int?)] {
            let (graph, reasons) = try declined(size, metadata: metadata) { try $0.node("Relu", $1) }
            #expect(!isFree(graph) && graph.metadata == metadata)
            #expect(reasons == ["stripes are a part of the image, says the file (grl.stripe_groups)"])
        }
    }

    @Test func metadataSurvives() throws {
        let (graph, _) = try declined(metadata: ["license": "free"]) { try $0.node("Relu", $1) }
        #expect(isFree(graph) && graph.metadata == ["license": "free"])
    }

    @Test func liftedNetworksStayAsTheyAre() throws {
        let (graph, _) = try declined { builder, image in
            try builder.node("MaxPool", image, attributes: ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
        }
        #expect(isFree(graph))
        var (again, log) = (graph, OptimizationLog())
        try LiftGeometry().run(on: &again, log: &log)
        #expect(log.entries.map(\.message) == ["the network is lifted already"])
        #expect(again.description == graph.description)
    }
}

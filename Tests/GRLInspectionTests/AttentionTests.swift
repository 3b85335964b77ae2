import GRLGraph
import GRLInspection
import GRLOperators
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

/// What a pixel attends to, against what the network's own kernels compute.
@Suite struct AttentionTests {
    /// A network, and the size of a picture that it pads.
    struct Example: CustomTestStringConvertible {
        let fixture: String
        let height: Int
        let width: Int
        var testDescription: String { "\(fixture) at \(height) x \(width)" }

        /// Windows and stripes, shifted and not, masked, one window, through pooled and convolved anchors, without
        /// stripes.
        static let all = [
            Example(fixture: "plain-ts17", height: 19, width: 27),
            Example(fixture: "no-stripe-shift-ts20", height: 13, width: 9),
            Example(fixture: "clamped-scale-ts18", height: 16, width: 24),
            Example(fixture: "two-stages-ts12", height: 18, width: 33),
            Example(fixture: "single-window-ts17", height: 7, width: 8),
            Example(fixture: "conv2d-anchor-ts15", height: 9, width: 15),
            Example(fixture: "shuffle2-ts16", height: 11, width: 16),
            Example(fixture: "swinir-ts17", height: 15, width: 18),
        ]
    }

    private static func load(_ fixture: String) throws -> (model: Model, layers: [AttentionLayer]) {
        try AttentionReader.load(contentsOfFile: Fixtures.path(fixture))
    }

    @Test(arguments: Example.all) func weightsOfValuesGiveTheOutput(_ example: Example) async throws {
        let (model, layers) = try Self.load(example.fixture)
        let picture = try Self.noise([1, 3, example.height, example.width])
        for layer in layers {
            for branch in layer.branches {
                let state = try await AttentionReader(model, layer: layer, branch: branch).run(picture)
                let truth = try Truth(model.graph, layer, branch, picture)
                #expect(state.extents.y >= example.height && state.extents.x >= example.width)
                #expect(state.heads == truth.heads)
                for (row, column) in Self.pixels(state.extents) {
                    for head in 0..<state.heads {
                        let attention = try state.attention(ofRow: row, column: column, head: head)
                        let weights = attention.pixels.weights
                        #expect(abs(weights.reduce(0, +) - 1) < 1e-9)
                        #expect(weights.allSatisfy { $0 >= 0 })
                        #expect(attention.pixels.isSeen.count { $0 } == truth.visiblePixels)
                        let difference = truth.largestDifference(of: weights, row, column, head)
                        #expect(difference <= truth.bound, "layer \(layer.number), \(branch), \(row), \(column)")
                    }
                }
            }
        }
    }

    @Test func theMeanOfHeadsIsDrawnByDefault() async throws {
        let (model, layers) = try Self.load("plain-ts17")
        let picture = try Self.noise([1, 3, 16, 24])
        for branch in AttentionLayer.Branch.allCases {
            let state = try await AttentionReader(model, layer: layers[2], branch: branch).run(picture)
            let heads = try (0..<2).map { try state.attention(ofRow: 9, column: 5, head: $0).pixels.weights }
            let mean = try state.attention(ofRow: 9, column: 5).pixels.weights
            #expect(zip(mean, zip(heads[0], heads[1])).allSatisfy { abs($0 - ($1.0 + $1.1) / 2) < 1e-12 })
        }
    }

    @Test func factorsOfAStripeMakeItsProduct() async throws {
        let (model, layers) = try Self.load("plain-ts17")
        let picture = try Self.noise([1, 3, 16, 24])
        let state = try await AttentionReader(model, layer: layers[3], branch: .stripe).run(picture)
        let attention = try state.attention(ofRow: 3, column: 20, head: 1)
        let factors = try #require(attention.factors)
        #expect((factors.anchors.height, factors.anchors.width) == (8, 12))
        #expect(factors.anchors.isSeen.count { $0 } == 2 * 4 && factors.gathered.isSeen.count { $0 } == 4 * 8)
        #expect(abs(factors.anchors.weights.reduce(0, +) - 1) < 1e-9)
        #expect(abs(factors.gathered.weights.reduce(0, +) - 1) < 1e-9)
        #expect(factors.anchors.weights[factors.strongestAnchor] == factors.anchors.weights.max())
        // Each term of the product is at least that of the strongest anchor.
        let strongest = factors.anchors.weights[factors.strongestAnchor]
        #expect(
            zip(attention.pixels.weights, factors.gathered.weights).allSatisfy { $0 >= strongest * $1 - 1e-12 })
    }

    @Test func layersAreThoseOfTheConfiguration() throws {
        let (model, layers) = try Self.load("plain-ts17")
        #expect(layers.map(\.branches) == Array(repeating: [.window, .stripe], count: 4))
        #expect(layers.map(\.name) == (0..<4).map { "/layers.0/blocks.\($0)/attn" })
        let windows = layers.compactMap { $0.geometry(of: .window, in: model.graph) }
        #expect(windows.map(\.window) == Array(repeating: PixelPair(4, 4), count: 4))
        #expect(windows.map(\.shift.y) == [2, 0, 2, 0] && windows.map(\.isMasked) == [true, false, true, false])
        let stripes = layers.compactMap { $0.geometry(of: .stripe, in: model.graph) }
        #expect(stripes.map(\.window) == [PixelPair(4, 8), PixelPair(8, 4), PixelPair(4, 8), PixelPair(8, 4)])
        #expect(stripes.map(\.anchors) == [PixelPair(2, 4), PixelPair(4, 2), PixelPair(2, 4), PixelPair(4, 2)])
        #expect(stripes.map(\.isMasked) == [false, false, true, true])
        #expect((windows + stripes).allSatisfy { $0.heads == 2 && $0.headSize == 4 })

        let swinIR = try Self.load("swinir-ts17")
        #expect(swinIR.layers.map(\.branches) == [[.window], [.window], [.window]])
    }

    @Test func whatIsNotThereIsRefused() async throws {
        let (model, layers) = try Self.load("swinir-ts17")
        #expect(throws: RunError.self) { try AttentionReader(model, layer: layers[0], branch: .stripe) }
        let state = try await AttentionReader(model, layer: layers[0], branch: .window).run(Self.noise([1, 3, 8, 8]))
        for (row, column, head) in [(8, 0, 0), (0, 8, 0), (-1, 0, 0), (0, -1, 0), (0, 0, 2), (0, 0, -1)] {
            let error = #expect(throws: RunError.self) {
                try state.attention(ofRow: row, column: column, head: head)
            }
            #expect(error?.code == "INDEX_RANGE")
        }
        for fixture in ["rcan-ts17", "euclidean-ts16"] {
            let error = #expect(throws: RunError.self) { try Self.load(fixture) }
            #expect(error?.code == "NOT_LIFTED", "\(fixture)")
        }
    }

    /// Corners, and pixels in the middle and where shifted windows meet the edges.
    private static func pixels(_ extents: PixelPair) -> [(Int, Int)] {
        let (bottom, right) = (extents.y - 1, extents.x - 1)
        return [
            (0, 0), (bottom, right), (0, right), (bottom, 0), (extents.y / 2, extents.x / 2),
            (extents.y / 3, right - 1),
            (bottom - 2, extents.x / 3),
        ].map { (max($0.0, 0), max($0.1, 0)) }
    }

    static func noise(_ extents: [Int]) throws -> Tensor {
        var generator = SplitMix(state: 7)
        let shape = try Shape(extents)
        return try Tensor((0..<shape.count).map { _ in Float.random(in: 0..<1, using: &generator) }, shape: shape)
    }
}

/// The values that a branch weighs and what it makes of them, as the network's kernels compute them.
private struct Truth {
    let heads: Int
    let visiblePixels: Int
    let bound: Double
    private let headSize: Int
    private let valueChannel: Int
    private let values: Tensor
    private let valueElements: [Float]
    private let output: Tensor
    private let outputElements: [Float]

    init(_ lifted: Graph, _ layer: AttentionLayer, _ branch: AttentionLayer.Branch, _ picture: Tensor) throws {
        let first = try #require(branch == .window ? layer.window : layer.stripe?.gather)
        let last = try #require(branch == .window ? layer.window : layer.stripe?.read)
        let gathering = try #require(lifted[first].operation as? WindowAttention)
        let reading = try #require(lifted[last].operation as? WindowAttention)
        (heads, headSize, valueChannel) = (reading.heads, reading.headSize, gathering.valueChannel)
        visiblePixels = gathering.key.window.y * gathering.key.window.x
        var graph = lifted
        graph.setOutputs([try #require(lifted[first].inputs[2]), try #require(lifted[last].outputs[0])])
        let results = try Session(Model(graph: graph)).run([picture], cancellation: CancellationFlag())
        (values, output) = (results[0], results[1])
        valueElements = try values.elements(of: Float.self)
        outputElements = try output.elements(of: Float.self)
        bound = 2e-5 * Double(max(1, outputElements.map(\.magnitude).max() ?? 0))
    }

    /// How far the values, weighted, are from the branch's output at a pixel.
    func largestDifference(of weights: [Double], _ row: Int, _ column: Int, _ head: Int) -> Double {
        (0..<headSize).reduce(0) { largest, channel in
            let place = valueChannel + head * headSize + channel
            let sum = weights.indices.reduce(0) {
                $0 + weights[$1] * Double(valueElements[$1 * values.shape[3] + place])
            }
            let pixel = row * output.shape[2] + column
            let actual = Double(outputElements[pixel * output.shape[3] + head * headSize + channel])
            return max(largest, abs(sum - actual))
        }
    }
}

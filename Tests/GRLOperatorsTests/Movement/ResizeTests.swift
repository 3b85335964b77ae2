import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Resize")
struct ResizeTests {
    private static let squares: [Float] = [0, 1, 4, 9, 16, 25]

    private func resize(
        _ attributes: [String: AttributeValue], _ input: Tensor, region: [Float]? = nil, scales: [Float]? = nil,
        sizes: [Int]? = nil
    ) throws -> (shape: [Int], values: [Float]) {
        try runFloats(
            "Resize", attributes,
            [
                input, region.map { try Tensor(vector: $0) }, scales.map { try Tensor(vector: $0) },
                sizes.map { try Tensor(vector: $0.map { Int64($0) }) },
            ])
    }

    private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 }
    }

    /// Mode, transformation, scale and result for the squares of 0 to 5, from the standard's reference evaluator.
    static let lines: [(String, String, Float, [Float])] = [
        ("linear", "half_pixel", 0.6, [0.33333, 4, 13.66667]),
        (
            "linear", "half_pixel_symmetric", 1.7,
            [0, 0.44118, 1.08824, 2.85294, 5.02941, 7.97059, 11.67647, 15.79412, 21.02941, 25]
        ),
        (
            "linear", "pytorch_half_pixel", 1.7,
            [0, 0.38235, 0.97059, 2.67647, 4.73529, 7.67647, 11.2647, 15.38235, 20.5, 25]
        ),
        (
            "linear", "align_corners", 1.7,
            [0, 0.54348, 1.26087, 2.8913, 4.86957, 7.58696, 10.82609, 14.63043, 19.13043, 24.02174]
        ),
        ("linear", "asymmetric", 0.6, [0, 3, 11.33333]),
        (
            "cubic", "half_pixel", 1.7,
            [-0.09738, 0.16529, 0.91496, 2.26315, 4.7685, 7.15553, 11.20677, 15.02979, 21.15625, 25.49513]
        ),
        ("cubic", "align_corners", 0.6, [0, 3.5726, 14.41238]),
        (
            "cubic", "asymmetric", 1.7,
            [0, 0.27834, 1.45247, 2.88133, 5.59007, 8.50071, 12.28089, 17.36106, 22.86587, 25.98922]
        ),
        ("nearest", "half_pixel", 1.7, [0, 0, 1, 4, 4, 9, 9, 16, 16, 25]),
        ("nearest", "half_pixel_symmetric", 0.6, [1, 4, 16]),
        ("nearest", "align_corners", 0.6, [0, 4, 16]),
        ("nearest", "asymmetric", 1.7, [0, 1, 1, 4, 4, 9, 16, 16, 25, 25]),
    ]

    @Test("Modes and coordinate transformations", arguments: lines)
    func line(mode: String, transformation: String, scale: Float, expected: [Float]) throws {
        let attributes: [String: AttributeValue] = [
            "mode": .string(mode), "coordinate_transformation_mode": .string(transformation),
        ]
        let result = try resize(attributes, floats(Self.squares, 6), scales: [scale])
        #expect(isClose(result.values, expected), "\(result.values)")
    }

    @Test("Filters widen with antialias, are cut off with exclude_outside, and a region can be cropped")
    func filters() throws {
        let line = try floats(Self.squares, 6)
        let linear = try resize(["mode": .string("linear"), "antialias": .int(1)], line, scales: [0.6])
        #expect(isClose(linear.values, [0.375, 4.444444, 14.499998]))
        let cubic = try resize(["mode": .string("cubic"), "antialias": .int(1)], line, scales: [0.6])
        #expect(isClose(cubic.values, [0.0433713, 3.8476276, 14.113249]))
        let inside = try resize(
            ["mode": .string("cubic"), "exclude_outside": .int(1), "cubic_coeff_a": .float(-0.5)], line, scales: [1.7])
        #expect(isClose(Array(inside.values.prefix(4)), [-0.07708, 0.20423, 0.94207, 2.42993]))
        let crop = try resize(
            [
                "mode": .string("linear"), "coordinate_transformation_mode": .string("tf_crop_and_resize"),
                "extrapolation_value": .float(-1),
            ], line, region: [0.2, 1.4], sizes: [5])
        #expect(isClose(crop.values, [1, 6.5, 16, -1, -1]))
    }

    @Test("Planes, channels and types")
    func planes() throws {
        let plane = try floats([1, 2, 3, 4, 1, 2, 3, 4], 1, 2, 2, 2)
        let linear = try resize(["mode": .string("linear")], plane, scales: [1, 1, 2, 2])
        let expected: [Float] = [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4]
        #expect(linear.shape == [1, 2, 4, 4])
        #expect(isClose(linear.values, expected + expected))
        let nearest = try resize(
            ["nearest_mode": .string("floor"), "coordinate_transformation_mode": .string("asymmetric")], plane,
            sizes: [1, 2, 4, 4])
        #expect(nearest.values.prefix(8) == [1, 1, 2, 2, 1, 1, 2, 2])
        let bytes = try OperatorRunner.run(
            "Resize", attributes: ["mode": .string("linear")],
            inputs: [Tensor([UInt8(0), 255], shape: Shape([2])), nil, Tensor(vector: [Float(2)])])
        #expect(try bytes[0].elements() == [UInt8(0), 63, 191, 255])
        let kept = try resize(
            ["axes": .ints([3, 2]), "keep_aspect_ratio_policy": .string("not_larger")], plane, sizes: [7, 4])
        #expect(kept.shape == [1, 2, 4, 4])
    }

    @Test("Upsample and Resize 10 repeat elements")
    func legacy() throws {
        let line = try counting(1, 3)
        let repeated: [Float] = [0, 0, 1, 1, 2, 2]
        let scales = try Tensor(vector: [Float(1), 2])
        #expect(try runFloats("Upsample", opset: 7, ["scales": .floats([1, 2])], [line]).values == repeated)
        #expect(try runFloats("Upsample", opset: 9, [:], [line, scales]).values == repeated)
        #expect(try runFloats("Resize", opset: 10, [:], [line, scales]).values == repeated)
        var graph = Graph(name: "test")
        let inputs = [graph.addInput("x", ValueDeclaration()), graph.addConstant("scales", scales)]
        var reader = NodeReader(
            operatorName: "Upsample", opset: 9, inputs: inputs.map { .value($0) }, outputCount: 1, attributes: [:])
        graph.setOutputs(try Upsample(&reader).expand(inputs: inputs, into: &graph))
        #expect(try Interpreter.run(graph, inputs: [line, nil])[0].elements() == repeated)
    }

    @Test("Scales and sizes that make no sense are refused")
    func refusals() throws {
        let line = try floats(Self.squares, 6)
        for scale: Float in [0, -1, .nan, .infinity, 0.1] {
            expectRefusal("ATTR_VALUE", "Resize", [:], [line, nil, try Tensor(vector: [scale])])
        }
        expectRefusal("SIZE_OVERFLOW", "Resize", [:], [line, nil, try Tensor(vector: [Float(1e30)])])
        expectRefusal("ATTR_VALUE", "Resize", [:], [line, nil, nil, try list(0)])
        expectRefusal("ATTR_VALUE", "Resize", [:], [line, nil, nil, try list(-1)])
        expectRefusal("SIZE_OVERFLOW", "Resize", [:], [line, nil, nil, try list(1 << 40)])
        expectRefusal("ATTR_VALUE", "Resize", [:], [line])
        expectRefusal("ATTR_VALUE", "Resize", [:], [line, nil, try Tensor(vector: [Float(2)]), try list(12)])
        expectRefusal("SHAPE", "Resize", [:], [line, nil, try Tensor(vector: [Float(1), 2])])
        expectRefusal("ATTR_VALUE", "Resize", ["antialias": .int(1)], [line, nil, nil, try list(3)])
        expectRefusal("ATTR_VALUE", "Resize", ["mode": .string("area")], [line, nil, nil, try list(3)])
    }
}

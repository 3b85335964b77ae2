import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Strided copies")
struct StridedCopyTests {
    /// Dimensions and permutations of window partition, head split, layout changes and odd ones.
    static let permutations: [([Int], [Int])] = [
        ([2, 3, 4, 2, 4, 5], [0, 1, 3, 2, 4, 5]), ([2, 9, 3, 2, 7], [2, 0, 3, 1, 4]), ([2, 3, 70, 33], [0, 2, 3, 1]),
        ([2, 70, 33, 3], [0, 3, 1, 2]), ([3, 301, 67], [0, 2, 1]), ([5, 1, 7], [2, 1, 0]), ([4, 0, 3], [2, 0, 1]),
        ([4, 300, 3, 2, 7], [2, 0, 3, 1, 4]), ([17_000, 2], [1, 0]), ([3, 40, 50, 7], [3, 2, 1, 0]),
        ([2, 300, 129], [2, 0, 1]), ([], []),
    ]

    @Test("Transposes equal a walk over all coordinates, for each element size", arguments: permutations)
    func transpose(dimensions: [Int], permutation: [Int]) throws {
        let shape = try Shape(dimensions)
        let order = (0..<shape.count).map { $0 }
        let outputShape = permutation.map { dimensions[$0] }
        let strides = shape.strides
        let expected = coordinates(of: outputShape).map { coordinate in
            zip(coordinate, permutation).reduce(0) { $0 + $1.0 * strides[$1.1] }
        }
        let attributes: [String: AttributeValue] = ["perm": .ints(permutation)]
        func run(_ tensor: Tensor) throws -> Tensor {
            var context = EvaluationContext(inputs: [tensor], executor: ReverseExecutor())
            let outputs = try Transpose(permutation: permutation).evaluate(&context)
            let direct = try OperatorRunner.run("Transpose", attributes: attributes, inputs: [tensor])
            #expect(direct[0].shape.dimensions == outputShape)
            #expect(direct[0].withBytes { Array($0) } == outputs[0].withBytes { Array($0) })
            return outputs[0]
        }
        #expect(try run(Tensor(order.map { Float($0) }, shape: shape)).elements() == expected.map { Float($0) })
        #expect(try run(Tensor(order.map { Int64($0) }, shape: shape)).elements() == expected.map { Int64($0) })
        #expect(
            try run(Tensor(order.map { UInt8(truncatingIfNeeded: $0) }, shape: shape)).elements()
                == expected.map { UInt8(truncatingIfNeeded: $0) })
        #expect(
            try run(Tensor(order.map { Int16(truncatingIfNeeded: $0) }, shape: shape)).elements()
                == expected.map { Int16(truncatingIfNeeded: $0) })
    }

    @Test("A transpose that moves only axes of length 1 is a view")
    func transposeView() throws {
        let input = try counting(1, 3, 1, 4)
        let output = try OperatorRunner.run("Transpose", attributes: ["perm": .ints([1, 0, 2, 3])], inputs: [input])[0]
        #expect(input.withBytes { $0.baseAddress } == output.withBytes { $0.baseAddress })
    }

    @Test("Permutations that do not name each axis once are refused", arguments: [[0, 0], [-1, 0], [0], [0, 1, 2]])
    func badPermutation(permutation: [Int]) throws {
        expectRefusal("SHAPE", "Transpose", ["perm": .ints(permutation)], [try counting(2, 3)])
    }

    @Test("Expand repeats along broadcast axes")
    func expand() throws {
        let inner = try runFloats("Expand", [:], [floats([1, 2], 2, 1), list(2, 2, 3)])
        #expect(inner.shape == [2, 2, 3])
        #expect(inner.values == [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2])
        let smaller = try runFloats("Expand", [:], [counting(3, 1), list(1)])
        #expect(smaller.shape == [3, 1])
        #expect(try runFloats("Expand", [:], [counting(1, 3), list(0, 3)]).shape == [0, 3])
        expectRefusal("SHAPE", "Expand", [:], [try counting(3), try list(2)])
        expectRefusal("SIZE_OVERFLOW", "Expand", [:], [try counting(1), try list(1 << 31)])
    }

    @Test("Tile repeats whole tensors")
    func tile() throws {
        let tiled = try runFloats("Tile", [:], [floats([1, 2, 3, 4], 2, 2), list(2, 2)])
        #expect(tiled.shape == [4, 4])
        #expect(tiled.values == [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4])
        #expect(try runFloats("Tile", [:], [counting(2, 3), list(0, 1)]).shape == [0, 3])
        expectRefusal("SHAPE", "Tile", [:], [try counting(2, 3), try list(-1, 1)])
        expectRefusal("SIZE_OVERFLOW", "Tile", [:], [try counting(2, 3), try list(Int.max, 1)])
    }

    @Test("Depth and space change into each other")
    func depthToSpace() throws {
        let input = try counting(1, 8, 1, 2)
        let dcr = try runFloats("DepthToSpace", ["blocksize": .int(2)], [input])
        #expect(dcr.shape == [1, 2, 2, 4])
        #expect(dcr.values == [0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15])
        let crd = try runFloats("DepthToSpace", ["blocksize": .int(2), "mode": .string("CRD")], [input])
        #expect(crd.values == [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15])
        let back = try runFloats("SpaceToDepth", ["blocksize": .int(2)], [floats(dcr.values, 1, 2, 2, 4)])
        #expect(back.shape == [1, 8, 1, 2])
        #expect(back.values == (0..<16).map { Float($0) })
        expectRefusal("SHAPE", "DepthToSpace", ["blocksize": .int(3)], [input])
        expectRefusal("ATTR_VALUE", "DepthToSpace", ["blocksize": .int(0)], [input])
        expectRefusal("SIZE_OVERFLOW", "DepthToSpace", ["blocksize": .int(Int.max)], [input])
    }
}

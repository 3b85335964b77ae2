import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Operators that select elements")
struct SelectionTests {
    @Test("TopK sorts; lower indices win ties, NaN is the largest")
    func topK() throws {
        let input = try floats([3, 1, 3, .nan, 0, 2, 2, 1], 2, 4)
        let largest = try OperatorRunner.run("TopK", inputs: [input, list(2)], outputCount: 2)
        let values = try largest[0].elements(of: Float.self)
        #expect(values[0].isNaN && Array(values[1...]) == [3, 2, 2])
        #expect(try largest[1].elements() == [Int64(3), 0, 1, 2])
        let smallest = try OperatorRunner.run(
            "TopK", attributes: ["axis": .int(0), "largest": .int(0)], inputs: [input, list(1)], outputCount: 2)
        #expect(try smallest[0].elements() == [Float(0), 1, 2, 1])
        #expect(try smallest[1].elements() == [Int64(1), 0, 1, 1])
        let old = try OperatorRunner.run("TopK", opset: 1, attributes: ["k": .int(0)], inputs: [input], outputCount: 2)
        #expect(old[0].shape.dimensions == [2, 0])
        expectRefusal("VALUE", "TopK", [:], [input, try list(5)], outputCount: 2)
        expectRefusal("VALUE", "TopK", [:], [input, try list(-1)], outputCount: 2)
    }

    @Test("NonZero lists coordinates; a negative zero is zero")
    func nonZero() throws {
        func places(_ input: Tensor) throws -> Tensor { try OperatorRunner.run("NonZero", inputs: [input])[0] }
        let found = try places(floats([1, -0.0, 0, .nan], 2, 2))
        #expect(found.shape.dimensions == [2, 2])
        #expect(try found.elements() == [Int64(0), 1, 0, 1])
        #expect(try places(Tensor([true, false], shape: Shape([2]))).elements() == [Int64(0)])
        #expect(try places(counting(0, 3)).shape.dimensions == [2, 0])
        #expect(try places(Tensor(scalar: Int64.min)).shape.dimensions == [0, 1])
    }

    @Test("Compress takes what the condition names")
    func compress() throws {
        let input = try counting(3, 2)
        let rows = try runFloats("Compress", ["axis": .int(0)], [input, Tensor(vector: [false, true, true])])
        #expect(rows.values == [2, 3, 4, 5])
        #expect(try runFloats("Compress", [:], [input, Tensor(vector: [false, true])]).values == [1])
        expectRefusal(
            "INDEX_RANGE", "Compress", ["axis": .int(1)], [input, try Tensor(vector: [false, false, true])])
    }

    @Test("Unique sorts or keeps the order of first occurrence, by element or by slice")
    func unique() throws {
        func unique(_ attributes: [String: AttributeValue], _ input: Tensor) throws -> [[Int64]] {
            let outputs = try OperatorRunner.run("Unique", attributes: attributes, inputs: [input], outputCount: 4)
            return try [outputs[0].elements(of: Float.self).map { Int64($0) }]
                + outputs[1...].map { try $0.elements() }
        }
        let input = try floats([2, 1, 1, 3, 4, 3], 6)
        #expect(try unique([:], input) == [[1, 2, 3, 4], [1, 0, 3, 4], [1, 0, 0, 2, 3, 2], [2, 1, 2, 1]])
        #expect(
            try unique(["sorted": .int(0)], input) == [
                [2, 1, 3, 4], [0, 1, 3, 4], [0, 1, 1, 2, 3, 2], [1, 2, 2, 1],
            ])
        let slices = try floats([1, 0, 1, 0, 2, 3], 3, 2)
        #expect(try unique(["axis": .int(0)], slices) == [[1, 0, 2, 3], [0, 2], [0, 0, 1], [2, 1]])
    }

    @Test("ReverseSequence turns the first steps round")
    func reverseSequence() throws {
        let input = try counting(3, 2)
        #expect(try runFloats("ReverseSequence", [:], [input, list(3, 2)]).values == [4, 3, 2, 1, 0, 5])
        let rows = try runFloats(
            "ReverseSequence", ["batch_axis": .int(0), "time_axis": .int(1)], [input, list(0, 1, 2)])
        #expect(rows.values == [0, 1, 2, 3, 5, 4])
        expectRefusal("INDEX_RANGE", "ReverseSequence", [:], [input, try list(4, 1)])
        expectRefusal("ATTR_VALUE", "ReverseSequence", ["batch_axis": .int(2)], [input, try list(1, 1)])
    }

    @Test("CenterCropPad cuts and pads around the middle")
    func centerCropPad() throws {
        #expect(try runFloats("CenterCropPad", [:], [counting(5), list(2)]).values == [1, 2])
        #expect(try runFloats("CenterCropPad", [:], [counting(2), list(5)]).values == [0, 0, 1, 0, 0])
        let mixed = try runFloats("CenterCropPad", ["axes": .ints([-1])], [counting(1, 3), list(1)])
        #expect(mixed.values == [1])
    }

    @Test("GridSample reads between and outside elements")
    func gridSample() throws {
        let image = try floats([0, 1, 2, 3], 1, 1, 2, 2)
        let grid = try floats([0, 0, -1, -1, 1, 0.5, 3, 3, .nan, 0], 1, 1, 5, 2)
        func sample(_ attributes: [String: AttributeValue]) throws -> [Float] {
            try runFloats("GridSample", attributes, [image, grid]).values
        }
        let zeros = try sample([:])
        #expect(zeros[0] == 1.5 && zeros[1] == 0 && zeros[2] == 1.5 && zeros[3] == 0)
        let border = try sample(["padding_mode": .string("border"), "align_corners": .int(1)])
        #expect(Array(border.prefix(4)) == [1.5, 0, 2.5, 3])
        let nearest = try sample(["mode": .string("nearest"), "padding_mode": .string("reflection")])
        #expect(Array(nearest.prefix(4)) == [0, 0, 3, 0])
        expectRefusal("SHAPE", "GridSample", [:], [image, try floats([0, 0, 0], 1, 1, 1, 3)])
    }

    @Test("Col2Im sums overlapping blocks")
    func col2Im() throws {
        let columns = try floats([1, 2, 3, 4, 5, 6], 1, 2, 3)
        #expect(try runFloats("Col2Im", [:], [columns, list(4), list(2)]).values == [1, 6, 8, 6])
        #expect(try runFloats("Col2Im", ["pads": .ints([1, 0])], [columns, list(3), list(2)]).values == [6, 8, 6])
        expectRefusal("SHAPE", "Col2Im", [:], [columns, try list(4), try list(4)])
        expectRefusal("SHAPE", "Col2Im", ["strides": .ints([0])], [columns, try list(4), try list(2)])
        expectRefusal("SIZE_OVERFLOW", "Col2Im", ["dilations": .ints([Int.max])], [columns, try list(4), try list(4)])
    }

    @Test("If runs the branch that the condition names; the other may not even fit")
    func branches() throws {
        var squeezed = Graph(name: "then")
        let inner = squeezed.addInput("x", ValueDeclaration())
        squeezed.setOutputs([
            squeezed.addNode(
                Squeeze(), inputs: [inner, squeezed.addConstant("axes", try list(0))], output: "y")
        ])
        var unchanged = Graph(name: "else")
        unchanged.setOutputs([unchanged.addInput("x", ValueDeclaration())])
        var outer = Graph(name: "outer")
        let x = outer.addInput("x", ValueDeclaration())
        func run(_ condition: Bool, _ input: Tensor) throws -> [Int] {
            var reader = NodeReader(
                operatorName: "If", opset: 13, inputs: [.absent], outputCount: 1,
                attributes: [
                    "then_branch": .graph(Subgraph(graph: squeezed, captures: [x])),
                    "else_branch": .graph(Subgraph(graph: unchanged, captures: [x])),
                ])
            let operation = try If(&reader)
            let flag = try Tensor(scalar: condition)
            let open = try operation.infer(InferenceContext(types: [flag.type, input.type, input.type]))
            #expect(open == [nil])
            let known = try operation.infer(
                InferenceContext(types: [flag.type, input.type, input.type], constants: [flag, nil, nil]))
            var context = EvaluationContext(
                inputs: [flag, input, input], runSubgraph: { try Interpreter.run($0, inputs: $1) })
            let output = try operation.evaluate(&context)[0]
            #expect(known == [output.type])
            return output.shape.dimensions
        }
        #expect(try run(true, counting(1, 3)) == [3])
        #expect(try run(false, counting(1, 3)) == [1, 3])
        #expect(try run(false, counting(2, 3)) == [2, 3])
        #expect(throws: (any Error).self) { try run(true, counting(2, 3)) }
    }
}

import GRLGraph
import GRLOptimizer
import GRLTensor
import Testing

/// What may be added to an attention's scores.
@Suite struct ScoreAdditionTests {
    /// The bias of two heads for queries of 2 × 3 and keys of 4 × 2, from a table of distinct numbers.
    private func bias(changing changed: Int? = nil) throws -> Tensor {
        var elements: [Float] = []
        for head in 0..<2 {
            for query in 0..<6 {
                for key in 0..<8 {
                    let row = query / 3 - key / 2 + 3
                    let column = query % 3 - key % 2 + 1
                    elements.append(Float(100 * head + 10 * row + column))
                }
            }
        }
        if let changed { elements[changed] += 1 }
        return try Tensor(elements, shape: Shape([2, 6, 8]))
    }

    private func table(_ bias: Tensor) throws -> Tensor {
        try ToeplitzTable(bias, heads: 2, query: [2, 3], key: [4, 2], elementStrides: (48, 8, 1)).tensor
    }

    @Test func biasesOfOffsetsAreATable() throws {
        let table = try table(bias())
        #expect(table.shape.dimensions == [2, 5, 4])
        let elements = try table.elements(of: Float.self)
        let expected = (0..<40).map { (index: Int) -> Float in
            let (head, row, column) = (index / 20, index % 20 / 4, index % 4)
            return Float(100 * head + 10 * row + column)
        }
        #expect(elements == expected)
    }

    /// Whichever element is another, the offset that it belongs to has two numbers, unless it occurs once.
    @Test(arguments: [1, 9, 30, 47, 48 + 13, 95 - 8]) func oneOtherElementIsFound(changed: Int) throws {
        let bias = try bias(changing: changed)
        #expect(throws: Refusal.self) { try table(bias) }
    }

    /// Masks for 2 × 3 windows of 4 × 4 that are shifted by `shift`, from the labels of the rolled image.
    private func masks(shift: [Int], changing changed: Int? = nil) throws -> Tensor {
        func label(_ position: Int, _ extent: Int, _ shift: Int) -> Int {
            position < extent - 4 ? 0 : position < extent - shift ? 1 : 2
        }
        var elements: [Float] = []
        for window in 0..<6 {
            let labels = (0..<16).map { token in
                3 * label(window / 3 * 4 + token / 4, 8, shift[0]) + label(window % 3 * 4 + token % 4, 12, shift[1])
            }
            for query in labels { elements += labels.map { $0 == query ? 0 : -100 } }
        }
        if let changed { elements[changed] = -99 }
        return try Tensor(elements, shape: Shape([6, 16, 16]))
    }

    private func check(_ shift: [Int]) -> RegionMaskCheck {
        var graph = Graph(name: "")
        return RegionMaskCheck(
            value: graph.addInput("mask", ValueDeclaration()), elementStrides: [0, 3 * 256, 256, 0, 16, 1],
            grid: [2, 3], queryWindow: [4, 4],
            queryShift: shift, keyWindow: [4, 4], keyShift: shift)
    }

    @Test(arguments: [[2, 2], [1, 3], [0, 2]]) func masksOfShiftsAreFound(shift: [Int]) throws {
        #expect(try check(shift).run(masks(shift: shift)) == -100)
    }

    @Test func masksOfOtherShiftsAreRefused() throws {
        let masks = try masks(shift: [2, 2])
        #expect(throws: Refusal.self) { try check([1, 2]).run(masks) }
        #expect(throws: Refusal.self) { try check([0, 0]).run(masks) }
    }

    @Test(arguments: [0, 700, 6 * 256 - 1]) func oneOtherElementOfAMaskIsFound(changed: Int) throws {
        let masks = try masks(shift: [2, 2], changing: changed)
        #expect(throws: Refusal.self) { try check([2, 2]).run(masks) }
    }
}

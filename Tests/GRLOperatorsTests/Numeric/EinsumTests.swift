import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite("Einsum")
struct EinsumTests {
    private func einsum(_ equation: String, _ operands: Tensor...) throws -> Tensor {
        try OperatorRunner.run("Einsum", attributes: ["equation": .string(equation)], inputs: operands)[0]
    }

    @Test("Products, sums, diagonals and transpositions by hand")
    func byHand() throws {
        let a = try tensor([1.0, 2, 3, 4], [2, 2]), b = try tensor([5.0, 6, 7, 8], [2, 2]),
            v = try tensor([1.0, 10], [2])
        #expect(try einsum("ij,jk->ik", a, b).elements(of: Double.self) == [19, 22, 43, 50])
        #expect(try einsum("ij,jk", a, b).elements(of: Double.self) == [19, 22, 43, 50])
        #expect(try einsum("ij->ji", a).elements(of: Double.self) == [1, 3, 2, 4])
        #expect(try einsum("ba", a).elements(of: Double.self) == [1, 3, 2, 4])
        #expect(try einsum("ii->i", a).elements(of: Double.self) == [1, 4])
        #expect(try einsum("ii", a).elements(of: Double.self) == [5])
        #expect(try einsum("ij->", a).elements(of: Double.self) == [10])
        #expect(try einsum(" i , j -> i j ", v, v).elements(of: Double.self) == [1, 10, 10, 100])
        #expect(try einsum("i,ij,j->", v, a, v).elements(of: Double.self) == [451])
        #expect(try einsum("ij,ij->i", a, b).elements(of: Double.self) == [17, 53])
    }

    @Test("An ellipsis stands for axes that broadcast")
    func ellipsis() throws {
        let (a, b) = (try noise([2, 1, 3, 4]), try noise([5, 4, 3], seed: 2))
        let sum = try einsum("...ij,...jk->...ik", a, b)
        let product = try OperatorRunner.run("MatMul", inputs: [a, b])[0]
        #expect(sum.shape == product.shape)
        #expect(try sum.elements(of: Float.self) == product.elements(of: Float.self))
        #expect(try einsum("b...->...b", noise([2, 3, 4])).shape.dimensions == [3, 4, 2])
        #expect(try einsum("...ij", noise([2, 3, 4])).shape.dimensions == [2, 3, 4])
    }

    @Test("Integers, and axes of size zero")
    func types() throws {
        let a = try tensor([Int64(1), 2], [2])
        #expect(try einsum("i,i", a, a).elements(of: Int64.self) == [5])
        #expect(try einsum("ij,jk->ik", noise([2, 0]), noise([0, 2])).elements(of: Float.self) == [0, 0, 0, 0])
    }

    @Test("Equations that make no sense are refused")
    func errors() throws {
        let a = try noise([2, 2])
        for equation in ["ij,jk->iz", "i->i", "ij->ii", "ij,jk", "i1->i", "ij->i->j", "...->", "ij->ij...k."] {
            #expect(throws: OperatorError.self, "\(equation)") { try einsum(equation, a) }
        }
        #expect(throws: OperatorError.self) { try einsum("ij,jk->ik", a, noise([3, 2])) }
    }
}

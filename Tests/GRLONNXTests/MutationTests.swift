import Foundation
import GRLONNX
import TestSupport
import Testing

/// Damaged models are refused with an error or read as other models; they never end the process.
@Suite struct MutationTests {
    typealias M = ModelBytes

    /// A model with most things that a model can hold: constants of both kinds, a function, subgraphs, types,
    /// attributes.
    static let model: [UInt8] = {
        let small = M.tensor("s", type: 7, dimensions: [2], Wire().block(7, [1, 2]))
        let large = M.tensor("w", type: 1, dimensions: [300], Wire().block(9, [UInt8](repeating: 63, count: 1200)))
        let branch = M.graph([M.node("Add", ["h", "w"], ["r"])], inputs: [], outputs: ["r"])
        let choice = M.node(
            "If", ["c"], ["k"],
            attributes: [
                M.attribute("then_branch", type: 5, Wire().message(6, branch)),
                M.attribute("else_branch", type: 5, Wire().message(6, branch)),
            ])
        let reference = Wire().text(1, "perm").number(20, 7).text(21, "order")
        let function = M.function(
            "Turn", inputs: ["a"], outputs: ["b"], nodes: [M.node("Transpose", ["a"], ["b"], attributes: [reference])],
            attributes: ["order"])
        let call = M.node(
            "Turn", ["k"], ["t"], domain: "local",
            attributes: [M.attribute("order", type: 7, Wire().number(8, 0))])
        let condition = M.node(
            "Constant", [], ["c"],
            attributes: [
                M.attribute(
                    "value", type: 4, Wire().message(5, M.tensor(type: 9, dimensions: [], Wire().block(9, [1]))))
            ])
        let nodes = [
            condition, M.identity("x", "h"), choice, call, M.node("Reshape", ["t", "s"], ["y"], name: "last"),
        ]
        let dimension = Wire().message(1, Wire().text(2, "n")).message(1, Wire().number(1, 300))
        let type = Wire().message(1, Wire().number(1, 1).message(2, dimension))
        let graph = M.graph(nodes, inputs: [], initializers: [small, large]).message(
            11, Wire().text(1, "x").message(2, type))
        return M.model(graph, functions: [function])
    }()

    @Test func theModelItselfIsSound() {
        #expect(importCode(Self.model) == "OK")
    }

    @Test func cutAnywhere() {
        for length in 0..<Self.model.count {
            #expect(!importCode(Array(Self.model[..<length])).contains(" "), "cut to \(length) bytes")
        }
    }

    @Test func anyByteChanged() {
        for index in Self.model.indices {
            for flip in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
                var mutant = Self.model
                mutant[index] ^= flip
                let code = importCode(mutant)
                #expect(!code.contains(" ") && code != "UNPACK_FAILED", "byte \(index) with \(flip): \(code)")
            }
        }
    }

    /// The deepest nesting that the limits allow is imported on a small stack.
    @Test func deepModelsNeedLittleStack() async {
        let depth = ImportOptions().maximumFunctionDepth
        let functions = (0..<depth).map { index in
            let body =
                index + 1 < depth ? M.node("F\(index + 1)", ["a"], ["b"], domain: "local") : M.identity("a", "b")
            return M.function("F\(index)", inputs: ["a"], outputs: ["b"], nodes: [body])
        }
        #expect(
            await codeOnSmallStack(
                M.model(M.graph([M.node("F0", ["x"], ["y"], domain: "local")]), functions: functions)) == "OK")
        var body = M.graph([M.identity("x", "r0")], inputs: [], outputs: ["r0"])
        for index in 1...19 {
            let attribute = M.attribute("body", type: 5, Wire().message(6, body))
            let node = M.node("Choose", ["x"], ["r\(index)"], attributes: [attribute])
            body = M.graph([node], inputs: index == 19 ? ["x"] : [], outputs: ["r\(index)"])
        }
        #expect(await codeOnSmallStack(M.model(body)) == "OK")
    }

    func codeOnSmallStack(_ bytes: [UInt8]) async -> String {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: importCode(bytes)) }
            thread.stackSize = 512 * 1024
            thread.start()
        }
    }
}

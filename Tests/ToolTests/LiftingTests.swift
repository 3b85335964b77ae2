import Foundation
import GRL
import Testing

/// `--save-lifted`.
@Suite struct LiftingTests {
    /// A network of one size: a 1×1 convolution that turns the colours round.
    static let fixedSize = TinyModel(
        size: (8, 8),
        nodes: [
            TinyModel.Node(
                operatorName: "Conv", constants: [([3, 3, 1, 1], [0, 0, 1, 0, 1, 0, 1, 0, 0])],
                integerLists: ["kernel_shape": [1, 1]])
        ])

    @Test func writtenNetworksRestoreAlike() throws {
        let workspace = try Workspace(model: Self.fixedSize)
        try workspace.writePicture("photo.png")
        let lifting = try workspace.run("model.onnx", "--save-lifted", "lifted.onnx")
        #expect(lifting.exitCode == 0, "\(lifting.errors)")
        #expect(lifting.output.hasPrefix("lifted.onnx: "))
        #expect(workspace.files == ["lifted.onnx", "model.onnx", "photo.png"])
        #expect(try workspace.run("model.onnx", "photo.png", "-o", "a.png").exitCode == 0)
        #expect(try workspace.run("lifted.onnx", "photo.png", "-o", "b.png").exitCode == 0)
        #expect(try workspace.samples("a.png") == workspace.samples("b.png"))
    }

    @Test func filesThatExistStayAsTheyAre() throws {
        let workspace = try Workspace(model: Self.fixedSize)
        try workspace.write("mine", as: "lifted.onnx")
        let refused = try workspace.run("model.onnx", "--save-lifted", "lifted.onnx", "--json")
        #expect(refused.exitCode == 73)
        #expect(refused.errors.contains("--force") && refused.output.contains("FILE_EXISTS"))
        #expect(try workspace.bytes("lifted.onnx") == Data("mine".utf8))
        let forced = try workspace.run("model.onnx", "--save-lifted", "lifted.onnx", "--force", "--json")
        #expect(forced.exitCode == 0)
        #expect(forced.output.contains("\"bytes\" : \(try workspace.bytes("lifted.onnx").count)"))
        for output in ["model.onnx", "missing/lifted.onnx"] {
            #expect(try workspace.run("model.onnx", "--save-lifted", output, "--force").exitCode == 73)
        }
    }

    @Test func networksThatKeepTheirSizeAreRefused() throws {
        let workspace = try Workspace(
            model: TinyModel(
                size: (8, 8), nodes: [TinyModel.Node(operatorName: "Softmax"), .init(operatorName: "Neg")]))
        let run = try workspace.run("model.onnx", "--save-lifted", "lifted.onnx")
        #expect(run.exitCode == 69)
        #expect(run.errors.contains("NOT_LIFTED") && run.errors.contains("node0"), "\(run.errors)")
        #expect(workspace.files == ["model.onnx"])
    }
}

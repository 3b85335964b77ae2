import Foundation
import GRLONNX
import Testing

/// ONNX's own operator tests, where `GRL_ONNX_NODE_TESTS` names their folder: all their files are read, or use a
/// feature that is not supported and say so.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["GRL_ONNX_NODE_TESTS"] != nil))
struct NodeModelsTests {
    let folder = ProcessInfo.processInfo.environment["GRL_ONNX_NODE_TESTS"] ?? ""

    @Test func modelsAreImported() throws {
        var imported = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = "\(folder)/\(name)/model.onnx"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            do {
                try ModelImporter.load(contentsOf: path).graph.verify()
                imported += 1
            } catch let error as ImportError {
                #expect(error.category == .unsupported, "\(name): \(error)")
            }
        }
        #expect(imported > 1000)
    }

    @Test func tensorsAreRead() throws {
        var read = 0
        let files = FileManager.default.enumerator(atPath: folder)
        while let file = files?.nextObject() as? String {
            guard file.hasSuffix(".pb") else { continue }
            do {
                _ = try TensorFile.read("\(folder)/\(file)")
                read += 1
            } catch let error as ImportError {
                let mayBeSequence = ["seq", "opt"].contains { file.contains($0) }
                #expect(error.category == .unsupported || mayBeSequence, "\(file): \(error)")
            }
        }
        #expect(read > 4000)
    }
}

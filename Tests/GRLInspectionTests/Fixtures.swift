import Foundation

/// The exports that the tests of models have.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "ModelTests/Fixtures")

    static func path(_ name: String) -> String { folder.appending(path: name + ".onnx").path }

    /// An export of this folder.
    static func own(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).onnx").path
    }
}

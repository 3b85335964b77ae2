import Foundation

/// Files that tests read.
enum Fixtures {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// One of the small exports and recordings that all tests share.
    static func path(_ name: String) -> String { tests.appending(path: "ModelTests/Fixtures/\(name)").path }

    /// A file of the corpus of broken exports.
    static func own(_ name: String) -> String { tests.appending(path: "GRLValidationTests/Fixtures/\(name)").path }

    /// One of the exports of `Models/export/make_twins.py`: those of one name are one network.
    static func twin(_ name: String) -> String { tests.appending(path: "GRLValidationTests/Twins/\(name).onnx").path }

    /// A photograph.
    static func picture(_ name: String) -> String { tests.appending(path: "GRLValidationTests/Pictures/\(name)").path }
}

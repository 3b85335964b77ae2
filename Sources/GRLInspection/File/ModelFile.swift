import Foundation
import GRLONNX

/// What a model's file says about itself.
package struct ModelFile: Sendable {
    package let path: String
    /// Bytes of the file itself.
    package let byteCount: Int
    /// Bytes of the tensors that lie in other files.
    package let externalByteCount: Int
    package let irVersion: Int
    /// The opset version of each domain; the standard domain is the empty string.
    package let opsets: [String: Int]
    package let producerName: String
    package let producerVersion: String
    package let metadata: [String: String]

    init(path: String, imported: ImportedModel) {
        self.path = path
        byteCount = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        externalByteCount = imported.externalByteCount
        irVersion = imported.irVersion
        opsets = imported.opsets
        producerName = imported.producerName
        producerVersion = imported.producerVersion
        metadata = imported.metadata
    }
}

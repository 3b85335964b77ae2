import Foundation
package import GRLGraph

/// The p-norm (Σ |x|^p)^(1/p) of each plane of [N, C, spatial...].
package struct GlobalLpPool: GlobalPoolOperator {
    package static let spec = OperatorSpec("GlobalLpPool", versions: 2...Int.max, inputs: 1...1, writtenVersion: 2)

    package let p: Int

    package init(_ node: inout NodeReader) throws {
        p = try node.int("p", default: 2)
        guard p > 0 else { throw OperatorError(.attributeValue, "p is \(p), expected 1 or more") }
    }

    package var attributes: [String: AttributeValue] { ["p": .int(p)] }

    package func reduce(_ plane: [Double]) -> Double {
        pow(plane.reduce(0) { $0 + pow(abs($1), Double(p)) }, 1 / Double(p))
    }
}

import GRLGraph
import GRLTensor

/// Whether the weights have the precision of their type: numbers that were trained in `float32` are hardly ever exact
/// in 16 bits, unless somebody has rounded them.
package struct PrecisionCheck: Check {
    /// Constants of fewer elements may be exact by chance.
    private static let smallestCount = 16

    package let name = "precision"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        var weights = 0
        var half: [Value] = []
        for value in subject.graph.values {
            guard let tensor = value.constant, tensor.elementType == .float32, tensor.count >= Self.smallestCount else {
                continue
            }
            let (isRounded, isTrivial) = try tensor.withElements(of: Float.self) { elements in
                (elements.allSatisfy(\.isHalf), Self.isTrivial(elements))
            }
            if isTrivial { continue }
            weights += 1
            if isRounded { half.append(value) }
        }
        guard !half.isEmpty else {
            return [Finding(name, .passed, "no rounding to 16 bits is seen in \(counted(weights, "float32 weight"))")]
        }
        return [
            Finding(
                name, .warned, layer: half.count == weights ? nil : subject.layer(ofConstant: half[0]),
                "\(half.count) of \(counted(weights, "float32 weight")) exact in float16: they were rounded",
                details: half.map { "'\($0.name)' \($0.constant.map { "\($0)" } ?? "")" },
                values: ["rounded": Double(half.count), "weights": Double(weights)])
        ]
    }

    /// Whether a constant is made of few integers, as masks and tables of zeros are.
    private static func isTrivial(_ elements: UnsafeBufferPointer<Float>) -> Bool {
        elements.allSatisfy { $0 == $0.rounded() }
    }
}

extension Float {
    /// Whether the number is one in `float16`, or in `bfloat16`.
    fileprivate var isHalf: Bool { Float(Float16(self)) == self || BFloat16(self).float == self }
}

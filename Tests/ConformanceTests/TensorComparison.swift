import GRLTensor

/// Compares a result with the expected one as ONNX's own test runner does.
enum TensorComparison {
    private static let relativeTolerance = 1e-3
    private static let absoluteTolerance = 1e-7

    /// What differs, in words; nil when the tensors agree. Integers agree exactly, floating-point numbers within the
    /// tolerance; NaN agrees with NaN.
    static func difference(_ actual: Tensor, _ expected: Tensor) throws -> String? {
        guard actual.elementType == expected.elementType, actual.shape == expected.shape else {
            return "is \(actual), expected \(expected)"
        }
        guard expected.elementType.isFloatingPoint else {
            let isEqual = actual.withBytes { a in expected.withBytes { b in a.elementsEqual(b) } }
            return isEqual ? nil : "has other elements: \(text(actual)), expected \(text(expected))"
        }
        let pairs = zip(try doubles(actual), try doubles(expected))
        for (index, (a, b)) in pairs.enumerated() where !agree(a, b) {
            return "differs at element \(index) of \(expected.shape): \(a), expected \(b)"
        }
        return nil
    }

    private static func agree(_ a: Double, _ b: Double) -> Bool {
        if a == b || (a.isNaN && b.isNaN) { return true }
        return abs(a - b) <= absoluteTolerance + relativeTolerance * abs(b)
    }

    private static func doubles(_ tensor: Tensor) throws -> [Double] {
        switch tensor.elementType {
        case .float32: try tensor.elements(of: Float.self).map { Double($0) }
        case .float64: try tensor.elements(of: Double.self)
        case .float16: try tensor.elements(of: Float16.self).map { Double($0) }
        default: try tensor.elements(of: BFloat16.self).map { Double($0.float) }
        }
    }

    private static func text(_ tensor: Tensor) -> String {
        tensor.withBytes { bytes in
            bytes.prefix(24).map { String($0, radix: 16) }.joined(separator: " ") + (bytes.count > 24 ? " …" : "")
        }
    }
}

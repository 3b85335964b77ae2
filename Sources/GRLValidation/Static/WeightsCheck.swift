import GRLGraph
import GRLTensor

/// Whether the network's constants are numbers, and numbers that processors like: no NaN, no infinity, no denormals.
package struct WeightsCheck: Check {
    package let name = "weights"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        var findings: [Finding] = []
        var (constants, elements) = (0, 0)
        var subnormal: [String] = []
        for value in subject.graph.values {
            guard let tensor = value.constant, tensor.elementType.isFloatingPoint else { continue }
            constants += 1
            elements += tensor.count
            let numbers = try ConstantNumbers(tensor)
            let layer = subject.layer(ofConstant: value)
            if numbers.notNumbers > 0 {
                findings.append(
                    Finding(
                        name, .failed, layer: layer,
                        "'\(value.name)' \(tensor) is NaN in \(counted(numbers.notNumbers, "element"))"))
            }
            if numbers.infinities > 0 {
                findings.append(
                    Finding(
                        name, numbers.infinities == numbers.negativeInfinities ? .warned : .failed, layer: layer,
                        "'\(value.name)' \(tensor) is infinite in \(counted(numbers.infinities, "element"))"))
            }
            if numbers.subnormals > 0 { subnormal.append("'\(value.name)' \(tensor): \(numbers.subnormals)") }
        }
        if !subnormal.isEmpty {
            findings.append(
                Finding(
                    name, .warned,
                    "denormal numbers in \(counted(subnormal.count, "constant")), which some processors treat as 0 "
                        + "and others compute slowly", details: subnormal))
        }
        guard findings.isEmpty else { return findings }
        return [
            Finding(
                name, .passed,
                "all finite and normal: \(counted(elements, "number")) in "
                    + counted(constants, "floating-point constant"))
        ]
    }
}

/// How many elements of a constant are no ordinary numbers.
private struct ConstantNumbers {
    var notNumbers = 0
    var infinities = 0
    var negativeInfinities = 0
    var subnormals = 0

    init(_ tensor: Tensor) throws {
        switch tensor.elementType {
        case .float64: try count(tensor, of: Double.self)
        case .float16: try count(tensor, of: Float16.self)
        default: try count(tensor.asFloat32(), of: Float.self)
        }
    }

    private mutating func count<Number: TensorElement & BinaryFloatingPoint>(
        _ tensor: Tensor, of type: Number.Type
    ) throws {
        try tensor.withElements(of: type) { elements in
            for element in elements where !element.isNormal && element != 0 {
                if element.isNaN {
                    notNumbers += 1
                } else if element.isInfinite {
                    infinities += 1
                    if element < 0 { negativeInfinities += 1 }
                } else {
                    subnormals += 1
                }
            }
        }
    }
}

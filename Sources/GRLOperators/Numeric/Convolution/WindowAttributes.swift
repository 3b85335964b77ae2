import GRLGraph
import GRLTensor

/// How a window slides over the spatial axes of an image: the attributes that convolutions and poolings share.
package struct WindowAttributes: Sendable {
    /// How the padding is found.
    package enum AutoPad: String, CaseIterable, Sendable {
        /// As in `pads`.
        case notSet = "NOTSET"
        /// As much as makes the output ⌈input / stride⌉; what cannot be halved stands at the end, or at the beginning.
        case sameUpper = "SAME_UPPER"
        case sameLower = "SAME_LOWER"
        /// None.
        case valid = "VALID"
    }

    package let autoPad: AutoPad
    /// One number for each spatial axis; nil if the node does not say.
    package let kernelShape: [Int]?
    package let strides: [Int]?
    package let dilations: [Int]?
    /// The padding at the beginning of each axis, then at the end of each.
    package let pads: [Int]?
    /// Whether an incomplete window at the end counts; poolings only.
    package let ceilMode: Bool

    /// - Throws: `ATTR_TYPE`, `ATTR_VALUE`.
    init(_ node: inout NodeReader, isPooling: Bool) throws {
        autoPad = try node.choice("auto_pad", default: .notSet)
        kernelShape = try Self.checked(node.ints("kernel_shape"), "kernel_shape", minimum: 1)
        strides = try Self.checked(node.ints("strides"), "strides", minimum: 1)
        dilations = try Self.checked(node.ints("dilations"), "dilations", minimum: 1)
        pads = try Self.checked(node.ints("pads"), "pads", minimum: 0)
        ceilMode = isPooling ? try node.bool("ceil_mode") : false
        guard !isPooling || kernelShape != nil else {
            throw OperatorError(.attribute, "attribute kernel_shape is missing")
        }
    }

    var attributes: [String: AttributeValue] {
        var result: [String: AttributeValue] = [:]
        if autoPad != .notSet { result["auto_pad"] = .string(autoPad.rawValue) }
        result["kernel_shape"] = kernelShape.map { .ints($0) }
        result["strides"] = strides.map { .ints($0) }
        result["dilations"] = dilations.map { .ints($0) }
        if autoPad == .notSet { result["pads"] = pads.map { .ints($0) } }
        if ceilMode { result["ceil_mode"] = .int(1) }
        return result
    }

    /// The window over an image whose spatial axes are `input`.
    ///
    /// - Parameter kernel: the window's extent; that of the attribute must agree.
    /// - Throws: `ATTR_VALUE` when attributes are for another number of axes, `SHAPE` when the window does not fit.
    func window(over input: [Int], kernel: [Int]) throws -> SpatialWindow {
        let rank = input.count
        if let kernelShape, kernelShape != kernel {
            throw OperatorError(.attributeValue, "kernel_shape is \(kernelShape), the filter is \(kernel)")
        }
        let strides = try expanded(strides, "strides", rank, default: 1)
        let dilations = try expanded(dilations, "dilations", rank, default: 1)
        let pads = try expanded(autoPad == .notSet ? pads : nil, "pads", 2 * rank, default: 0)
        guard kernel.count == rank else {
            throw OperatorError(.shape, "the window \(kernel) is for another rank than the image \(input)")
        }
        return SpatialWindow(
            axes: try (0..<rank).map { axis in
                try SpatialWindow.Axis(
                    input: input[axis], kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis],
                    pads: (pads[axis], pads[axis + rank]), autoPad: autoPad, ceilMode: ceilMode)
            })
    }

    /// An attribute's numbers, one for each of `count`.
    func expanded(_ values: [Int]?, _ name: String, _ count: Int, default fallback: Int) throws -> [Int] {
        guard let values else { return Array(repeating: fallback, count: count) }
        guard values.count == count else {
            throw OperatorError(.attributeValue, "\(name) has \(values.count) numbers, expected \(count)")
        }
        return values
    }

    private static func checked(_ values: [Int]?, _ name: String, minimum: Int) throws -> [Int]? {
        for value in values ?? [] where value < minimum || value > Shape.maximumDimension {
            throw OperatorError(
                .attributeValue, "\(name) holds \(value), expected \(minimum) to \(Shape.maximumDimension)")
        }
        return values
    }
}

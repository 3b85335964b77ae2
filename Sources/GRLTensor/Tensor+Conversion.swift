extension Tensor {
    /// A tensor of the same shape with every element converted.
    ///
    /// - Throws: `DTYPE` when the tensor holds another type than `convert` takes; memory errors.
    package func converted<Source: TensorElement, Target: TensorElement>(
        _ convert: (Source) -> Target
    ) throws -> Tensor {
        let result = try Tensor(uninitialized: Target.elementType, shape: shape)
        try withElements(of: Source.self) { source in
            try result.withMutableElements(of: Target.self) { target in
                for index in source.indices { target[index] = convert(source[index]) }
            }
        }
        return result
    }

    /// The elements as `float32`, rounded to nearest where they do not fit; the tensor itself where it is that already.
    ///
    /// - Throws: memory errors.
    package func asFloat32() throws -> Tensor {
        switch elementType {
        case .float32: self
        case .float64: try converted { (value: Double) in Float(value) }
        case .float16: try converted { (value: Float16) in Float(value) }
        case .bfloat16: try converted { (value: BFloat16) in value.float }
        case .int8: try converted { (value: Int8) in Float(value) }
        case .int16: try converted { (value: Int16) in Float(value) }
        case .int32: try converted { (value: Int32) in Float(value) }
        case .int64: try converted { (value: Int64) in Float(value) }
        case .uint8: try converted { (value: UInt8) in Float(value) }
        case .uint16: try converted { (value: UInt16) in Float(value) }
        case .uint32: try converted { (value: UInt32) in Float(value) }
        case .uint64: try converted { (value: UInt64) in Float(value) }
        case .bool: try converted { (value: Bool) in value ? 1 : 0 }
        case .int4: try converted { (value: Int4) in Float(value.value) }
        case .uint4: try converted { (value: UInt4) in Float(value.value) }
        }
    }
}

import COnnxProto
import GRLGraph
import GRLOperators
import GRLTensor

extension ValueDeclaration {
    /// What a TypeProto says; everything it leaves open, and everything but tensors, stays open.
    init(_ type: UnsafeMutablePointer<Onnx__TypeProto>?) {
        self.init()
        guard let type = type?.pointee, type.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE,
            let tensor = type.tensor_type?.pointee
        else { return }
        elementType = ElementType(onnxCode: Int(tensor.elem_type))
        guard let shape = tensor.shape?.pointee else { return }
        dimensions = messages(shape.dim, shape.n_dim).map { Dimension($0.pointee) }
    }

    /// The declaration of a graph's input.
    ///
    /// - Throws: `UNSUPPORTED` for sequences and the like, `DTYPE` for element types that tensors here cannot have.
    static func input(_ value: Onnx__ValueInfoProto) throws -> ValueDeclaration {
        if let type = value.type?.pointee {
            guard
                type.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
                    || type.value_case == ONNX__TYPE_PROTO__VALUE__NOT_SET
            else { throw ImportError(.unsupported, "an input is no tensor", value: text(value.name)) }
            if type.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE, let tensor = type.tensor_type?.pointee,
                tensor.elem_type != 0, ElementType(onnxCode: Int(tensor.elem_type)) == nil
            {
                throw ImportError(ElementType.refusal(of: tensor.elem_type), value: text(value.name))
            }
        }
        return ValueDeclaration(value.type)
    }
}

extension Dimension {
    /// Sizes that are no sizes, such as the −1 of some exporters, count as unknown.
    fileprivate init(_ proto: Onnx__TensorShapeProto__Dimension) {
        switch proto.value_case {
        case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
        where proto.dim_value >= 0 && proto.dim_value <= Shape.maximumDimension:
            self = .fixed(Int(proto.dim_value))
        case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM where !text(proto.dim_param).isEmpty:
            self = .symbolic(text(proto.dim_param))
        default:
            self = .unknown
        }
    }
}

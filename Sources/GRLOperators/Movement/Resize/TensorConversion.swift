import GRLGraph
import GRLTensor

extension Tensor {
    /// The elements as `elementType`, rounded as ``ArithmeticElement/init(nearest:)`` does; the tensor itself where it
    /// has that type.
    ///
    /// - Throws: `DTYPE` for types that cannot be calculated with; memory errors.
    func converted(to elementType: ElementType, _ context: EvaluationContext) throws -> Tensor {
        guard self.elementType != elementType else { return self }
        let output = try context.allocate(elementType, shape)
        try self.elementType.visitArithmetic(Reader(source: self, destination: output))
        return output
    }

    /// The elements as `Double`.
    ///
    /// - Throws: `DTYPE` for types that cannot be calculated with.
    func doubles() throws -> [Double] { try elementType.visitArithmetic(DoubleReader(source: self)) }

    private struct DoubleReader: ArithmeticVisitor {
        let source: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> [Double] {
            try source.withElements(of: type) { $0.map(\.double) }
        }
    }

    private struct Reader: ArithmeticVisitor {
        let source: Tensor
        let destination: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            try source.withElements(of: type) {
                try destination.elementType.visitArithmetic(Writer(source: $0, destination: destination))
            }
        }
    }

    private struct Writer<Source: ArithmeticElement>: ArithmeticVisitor {
        let source: UnsafeBufferPointer<Source>
        let destination: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            try destination.withMutableElements(of: type) { elements in
                for index in elements.indices { elements[index] = Element(nearest: source[index].double) }
            }
        }
    }
}

import GRLTensor

extension Tensor {
    /// Writes `values`, rounded, to a floating-point tensor of as many elements that nobody else holds.
    ///
    /// - Throws: `DTYPE` for other types.
    func write(_ values: [Double]) throws { try elementType.visitFloating(Writer(tensor: self, values: values)) }

    private struct Writer: FloatingVisitor {
        let tensor: Tensor
        let values: [Double]

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            try tensor.withMutableElements(of: type) { elements in
                for (index, value) in values.enumerated() { elements[index] = Element(nearest: value) }
            }
        }
    }
}

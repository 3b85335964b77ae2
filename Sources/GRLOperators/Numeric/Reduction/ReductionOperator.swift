import GRLGraph
import GRLTensor

/// An operator that makes one number of all elements along some axes.
protocol ReductionOperator: AcceleratedOperator {
    static var inputTypes: ElementTypeClass { get }
    /// The first opset in which the axes are an input instead of an attribute.
    static var axesInputVersion: Int { get }
    var options: ReductionOptions { get }
    init(_ options: ReductionOptions)

    /// The number that `values` reduce to. Floating-point elements come as `Double`, integers in their type.
    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number
    /// Float32 kernels for the function, if there are any.
    var kernel: ReductionKernel? { get }
}

extension ReductionOperator {
    static var inputTypes: ElementTypeClass { .numbers }
    static var axesInputVersion: Int { 18 }
    var kernel: ReductionKernel? { nil }

    package init(_ node: inout NodeReader) throws {
        self.init(try ReductionOptions(&node, axesInputVersion: Self.axesInputVersion))
    }

    package var attributes: [String: AttributeValue] { options.attributes }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        try Self.inputTypes.require(type.elementType, input: 0)
        if context.has(1) && context.constant(1) == nil { return [nil] }
        let layout = try options.layout(of: type.shape, axes: context.constant(1))
        return [TensorType(type.elementType, layout.outputShape)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try compute(&context, .plain)]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        let layout = try options.layout(of: input.shape, axes: context.optionalInput(1))
        guard input.elementType == .float32, layout.reducedCount > 0, let kernel,
            layout.reducesRows || layout.columnCount != nil
        else { return [try compute(&context, .fast)] }
        let output = try context.allocate(.float32, layout.outputShape)
        try input.withElements(of: Float.self) { x in
            try output.withMutableElements(of: Float.self) { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                if layout.reducesRows {
                    kernel.reduceRows(x, rows: output.count, columns: layout.reducedCount, y, context.executor)
                } else if let columns = layout.columnCount, columns > 0 {
                    kernel.reduceColumns(
                        x, matrices: output.count / columns, rows: layout.reducedCount, columns: columns, y,
                        context.executor)
                }
            }
        }
        return [output]
    }

    private func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let input = try context.input(0)
        try Self.inputTypes.require(input.elementType, input: 0)
        let layout = try options.layout(of: input.shape, axes: context.optionalInput(1))
        let output = try context.allocate(input.elementType, layout.outputShape)
        let loop = ReductionLoop(
            input: input, output: output, layout: layout, executor: context.executor(computation))
        switch input.elementType {
        case .bool: try loop.run(self, TruthValues.self)
        case let type where type.isFloatingPoint: try type.visitFloating(FloatingReduction(operation: self, loop: loop))
        case let type: try type.visitInteger(IntegerReduction(operation: self, loop: loop))
        }
        return output
    }
}

/// How elements are represented while they are reduced.
private protocol ReductionElements {
    associatedtype Element: TensorElement
    associatedtype Number: ArithmeticElement
    static func number(_ element: Element) -> Number
    static func element(_ number: Number) -> Element
}

private enum TruthValues: ReductionElements {
    static func number(_ element: Bool) -> UInt8 { element ? 1 : 0 }
    static func element(_ number: UInt8) -> Bool { number != 0 }
}

private enum FloatingNumbers<Element: FloatingElement>: ReductionElements {
    static func number(_ element: Element) -> Double { element.double }
    static func element(_ number: Double) -> Element { Element(nearest: number) }
}

private enum Integers<Element: IntegerElement>: ReductionElements {
    static func number(_ element: Element) -> Element { element }
    static func element(_ number: Element) -> Element { number }
}

private struct FloatingReduction<Operation: ReductionOperator>: FloatingVisitor {
    let operation: Operation
    let loop: ReductionLoop
    func visit<Element: FloatingElement>(_ type: Element.Type) throws {
        try loop.run(operation, FloatingNumbers<Element>.self)
    }
}

private struct IntegerReduction<Operation: ReductionOperator>: IntegerVisitor {
    let operation: Operation
    let loop: ReductionLoop
    func visit<Element: IntegerElement>(_ type: Element.Type) throws {
        try loop.run(operation, Integers<Element>.self)
    }
}

/// The loop over the outputs of a reduction.
private struct ReductionLoop {
    let input: Tensor
    let output: Tensor
    let layout: ReductionLayout
    let executor: any ParallelExecutor

    func run<Operation: ReductionOperator, Elements: ReductionElements>(
        _ operation: Operation, _: Elements.Type
    ) throws {
        let offsets = layout.offsetsOfFirst
        let grain = Computation.grain / max(layout.reducedCount, 1)
        try input.withElements(of: Elements.Element.self) { x in
            try output.withMutableElements(of: Elements.Element.self) { y in
                executor.forEachRange(of: output.count, grain: grain) { range in
                    var values = [Elements.Number](repeating: .zero, count: offsets.count)
                    for index in range {
                        let base = layout.base(of: index)
                        for (position, offset) in offsets.enumerated() {
                            values[position] = Elements.number(x[base + offset])
                        }
                        y[index] = values.withUnsafeBufferPointer { Elements.element(operation.reduce($0)) }
                    }
                }
            }
        }
    }
}

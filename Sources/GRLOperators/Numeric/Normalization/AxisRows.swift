import CKernels
import GRLGraph
import GRLTensor

/// A tensor seen as rows along some neighbouring axes: [outer, length, inner], a row for each outer and inner position.
struct AxisRows {
    let outer: Int
    let length: Int
    let inner: Int

    /// Elements that are transposed at once where rows are not contiguous.
    private static let transposedBlock = 1 << 15

    /// The rows of `shape` along the axes in `axes`.
    init(_ shape: Shape, axes: Range<Int>) {
        outer = shape.count(of: 0..<axes.lowerBound)
        length = shape.count(of: axes)
        inner = shape.count(of: axes.upperBound..<shape.rank)
    }

    /// The result of applying `function` to each row in `Double`; rows keep their length.
    ///
    /// - Throws: `DTYPE` when `input` is not floating point; memory errors.
    func map(
        _ input: Tensor, _ context: inout EvaluationContext, _ function: (inout [Double]) -> Void
    ) throws -> Tensor {
        try withoutActuallyEscaping(function) { function in
            let result = try context.allocate(input.type)
            try input.elementType.visitFloating(Map(rows: self, input: input, result: result, function: function))
            return result
        }
    }

    /// The result of a row kernel on a float32 tensor; the memory of input 0 is reused where it may be.
    ///
    /// - Throws: `DTYPE` when input 0 is not float32; memory errors.
    func apply(_ kernel: @escaping grl_rows_f32, _ context: inout EvaluationContext) throws -> Tensor {
        let input = try context.input(0)
        let result = try context.allocate(input.type, reusingInput: 0)
        let allocator = context.allocator
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                guard let x = x.baseAddress, let y = y.baseAddress, length > 0, inner > 0 else { return }
                if inner == 1 {
                    context.executor.forEachRange(of: outer, grain: max((1 << 15) / length, 1)) { rows in
                        kernel(x + rows.lowerBound * length, y + rows.lowerBound * length, rows.count, length)
                    }
                } else {
                    let block = transposedColumns
                    let blocks = (inner - 1) / block + 1
                    try context.executor.forEachRange(of: outer * blocks, grain: 1) { range in
                        for index in range {
                            let (plane, number) = index.quotientAndRemainder(dividingBy: blocks)
                            let offset = plane * length * inner + number * block
                            let columns = min(block, inner - number * block)
                            try applyTransposed(kernel, x + offset, y + offset, columns, allocator)
                        }
                    }
                }
            }
        }
        return result
    }

    /// What ``apply(_:_:)`` does with memory.
    var memoryUse: MemoryUse {
        guard inner > 1 else { return MemoryUse(overwritableInputs: [0]) }
        let scratch = length * min(transposedColumns, inner) * MemoryLayout<Float>.stride
        return MemoryUse(overwritableInputs: [0], scratchBytesPerThread: scratch)
    }

    /// Columns that are transposed at once.
    private var transposedColumns: Int { max(Self.transposedBlock / max(length, 1) / 16 * 16, 16) }

    /// Applies the kernel to `columns` columns of a matrix whose rows are `inner` elements apart.
    private func applyTransposed(
        _ kernel: grl_rows_f32, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ columns: Int,
        _ allocator: TensorAllocator
    ) throws {
        let scratch = try allocator.allocate(byteCount: length * columns * MemoryLayout<Float>.stride)
        let rows = scratch.address.assumingMemoryBound(to: Float.self)
        let transpose = grl_kernels().pointee.plane.transpose
        transpose(x, inner, rows, length, length, columns)
        kernel(rows, rows, columns, length)
        transpose(rows, length, y, inner, columns, length)
        withExtendedLifetime(scratch) {}
    }

    private struct Map: FloatingVisitor {
        let rows: AxisRows
        let input: Tensor
        let result: Tensor
        let function: (inout [Double]) -> Void

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            let (length, inner) = (rows.length, rows.inner)
            try input.withElements(of: type) { x in
                try result.withMutableElements(of: type) { y in
                    var row = [Double](repeating: 0, count: length)
                    for outer in 0..<rows.outer {
                        for position in 0..<inner {
                            let first = outer * length * inner + position
                            for index in 0..<length { row[index] = x[first + index * inner].double }
                            function(&row)
                            for index in 0..<length { y[first + index * inner] = Element(nearest: row[index]) }
                        }
                    }
                }
            }
        }
    }
}

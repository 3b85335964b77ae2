/// Arrays in NumPy's .npy format.
package enum NpyFile {
    /// Reads the array in the file at `path`.
    ///
    /// - Throws: `FileError`, `NumPyError`, `TensorError` (memory, impossible shapes).
    package static func read(path: String, allocator: TensorAllocator = Tensor.sharedAllocator) throws -> Tensor {
        let file = try InputFile(path: path, limit: .max)
        let stream = ByteStream(file: file, offset: 0, storedSize: file.size, size: file.size, method: .stored)
        let tensor = try read(from: stream, path: path, allocator: allocator)
        try stream.finish()
        return tensor
    }

    /// Writes `tensor` to `path`, as a whole or not at all.
    ///
    /// - Throws: `FileError`; `NumPyError` for element types that NumPy lacks.
    package static func write(_ tensor: Tensor, path: String, overwrite: Bool = false) throws {
        let header = try NpyHeader(elementType: tensor.elementType, shape: tensor.shape).encoded(path: path)
        let writer = try AtomicFileWriter(path: path, overwrite: overwrite)
        try header.withUnsafeBytes { try writer.write($0) }
        try tensor.withBytes { try writer.write($0) }
        try writer.commit()
    }

    /// Reads an array whose data is everything that is left in `stream`.
    static func read(from stream: ByteStream, path: String, allocator: TensorAllocator) throws -> Tensor {
        guard stream.remaining >= 10 else { throw NumPyError(.header, path, "is too short to be a NumPy array") }
        let start = try stream.read(count: 8)
        guard start.starts(with: NpyHeader.magic), (1...3).contains(start[6]) else {
            throw NumPyError(.header, path, "does not begin as a NumPy array of version 1 to 3")
        }
        let lengthBytes = try stream.read(count: start[6] == 1 ? 2 : 4)
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= NpyHeader.maximumTextLength, length <= stream.remaining else {
            throw NumPyError(.header, path, "gives its array header an impossible length of \(length) bytes")
        }
        let header = try NpyHeader(text: try stream.read(count: length), path: path)
        guard header.shape.count * header.elementType.byteCount == stream.remaining else {
            throw NumPyError(
                .data, path,
                "holds \(stream.remaining) bytes of data; \(header.elementType)\(header.shape) takes "
                    + "\(header.shape.count * header.elementType.byteCount)")
        }
        let stored = try Tensor(uninitialized: header.elementType, shape: header.shape, allocator: allocator)
        try stored.withMutableBytes { bytes in
            try stream.read(into: bytes)
            if header.isBigEndian {
                swapBytes(of: bytes, elementSize: header.elementType.byteCount)
            }
            if header.elementType == .bool, bytes.contains(where: { $0 > 1 }) {
                throw NumPyError(.data, path, "holds a truth value that is neither 0 nor 1")
            }
        }
        return header.isFortranOrder ? try rowMajor(stored, allocator: allocator) : stored
    }

    private static func swapBytes(of bytes: UnsafeMutableRawBufferPointer, elementSize: Int) {
        for start in stride(from: 0, to: bytes.count, by: elementSize) {
            for index in 0..<elementSize / 2 {
                bytes.swapAt(start + index, start + elementSize - 1 - index)
            }
        }
    }

    /// Copies elements whose first axis varies fastest to row-major order.
    private static func rowMajor(_ tensor: Tensor, allocator: TensorAllocator) throws -> Tensor {
        let result = try Tensor(uninitialized: tensor.elementType, shape: tensor.shape, allocator: allocator)
        let dimensions = tensor.shape.dimensions
        let size = tensor.elementType.byteCount
        var strides: [Int] = []
        for dimension in dimensions { strides.append((strides.last ?? 1) * dimension) }
        strides = [1] + strides.dropLast()
        tensor.withBytes { source in
            result.withMutableBytes { target in
                var index = [Int](repeating: 0, count: dimensions.count)
                var from = 0
                for element in 0..<tensor.count {
                    for byte in 0..<size { target[element * size + byte] = source[from * size + byte] }
                    for axis in dimensions.indices.reversed() {
                        index[axis] += 1
                        from += strides[axis]
                        guard index[axis] == dimensions[axis] else { break }
                        from -= strides[axis] * dimensions[axis]
                        index[axis] = 0
                    }
                }
            }
        }
        return result
    }
}

/// A dense array of numbers in row-major order.
///
/// Tensors are values: contents never change once a tensor is shared. Views (``reshaped(to:)``) share memory.
public struct Tensor: Sendable {
    /// The type of the elements.
    public let elementType: ElementType
    /// The dimensions.
    public let shape: Shape
    package internal(set) var storage: TensorStorage
    /// Where the first element stands in `storage`, in bytes.
    package let byteOffset: Int

    package static let sharedAllocator = TensorAllocator()

    /// A tensor whose contents are still undefined: the caller fills all of it before anyone else sees it.
    ///
    /// - Throws: `SIZE_OVERFLOW`, `MEMORY_BUDGET`, `OUT_OF_MEMORY`.
    package init(
        uninitialized elementType: ElementType, shape: Shape, allocator: TensorAllocator = Tensor.sharedAllocator
    ) throws(TensorError) {
        let byteCount = try Checked.multiply(shape.count, elementType.byteCount)
        self.elementType = elementType
        self.shape = shape
        storage = try allocator.allocate(byteCount: byteCount)
        byteOffset = 0
    }

    /// A tensor of `elements` in row-major order.
    ///
    /// - Throws: `SHAPE` when `shape` holds another number of elements; memory errors.
    public init<Element: TensorElement>(_ elements: [Element], shape: Shape) throws(TensorError) {
        guard elements.count == shape.count else {
            throw TensorError(.shape, "\(elements.count) elements do not fill the shape \(shape)")
        }
        try self.init(uninitialized: Element.elementType, shape: shape)
        elements.withUnsafeBytes { source in
            if let start = source.baseAddress { address.copyMemory(from: start, byteCount: source.count) }
        }
    }

    /// A tensor of rank 0.
    ///
    /// - Throws: memory errors.
    package init<Element: TensorElement>(scalar: Element) throws(TensorError) {
        try self.init([scalar], shape: .scalar)
    }

    /// A tensor of rank 1.
    ///
    /// - Throws: memory errors.
    package init<Element: TensorElement>(vector: [Element]) throws(TensorError) {
        try self.init(vector, shape: Shape([vector.count]))
    }

    /// A tensor of undefined contents on a part of `arena`, which it keeps alive but does not own: nobody else may use
    /// those bytes as long as the tensor is used. Nil where the part does not lie within the arena or is not aligned.
    package init?(_ elementType: ElementType, _ shape: Shape, in arena: TensorStorage, at byteOffset: Int) {
        let byteCount = shape.count * elementType.byteCount
        guard byteOffset >= 0, byteOffset.isMultiple(of: TensorAllocator.alignment), byteOffset <= arena.byteCount,
            byteCount <= arena.byteCount - byteOffset
        else { return nil }
        self.init(elementType: elementType, shape: shape, storage: arena, byteOffset: byteOffset)
    }

    private init(elementType: ElementType, shape: Shape, storage: TensorStorage, byteOffset: Int) {
        self.elementType = elementType
        self.shape = shape
        self.storage = storage
        self.byteOffset = byteOffset
    }

    /// The number of elements.
    public var count: Int { shape.count }

    /// The number of bytes of all elements.
    public var byteCount: Int { shape.count * elementType.byteCount }

    /// The first element; valid while the tensor lives.
    private var address: UnsafeMutableRawPointer { storage.address + byteOffset }

    /// The same elements under another shape, without a copy.
    ///
    /// - Throws: `SHAPE` when the element counts differ.
    public func reshaped(to shape: Shape) throws(TensorError) -> Tensor {
        guard shape.count == count else {
            throw TensorError(.shape, "\(self.shape) cannot be viewed as \(shape): the element counts differ")
        }
        return Tensor(elementType: elementType, shape: shape, storage: storage, byteOffset: byteOffset)
    }

    /// A copy of the elements.
    ///
    /// - Throws: `DTYPE` when the tensor holds another type.
    public func elements<Element: TensorElement>(of type: Element.Type = Element.self) throws(TensorError) -> [Element]
    {
        try check(type)
        return withExtendedLifetime(storage) {
            Array(UnsafeBufferPointer(start: address.assumingMemoryBound(to: type), count: count))
        }
    }

    /// Calls `body` with the elements.
    ///
    /// - Throws: `DTYPE` when the tensor holds another type, and what `body` throws.
    package func withElements<Element: TensorElement, Result>(
        of type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws -> Result
    ) throws -> Result {
        try check(type)
        return try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: address.assumingMemoryBound(to: type), count: count))
        }
    }

    /// Calls `body` with the elements of a tensor that nobody else holds, to be filled or changed.
    ///
    /// - Throws: `DTYPE` when the tensor holds another type, and what `body` throws.
    package func withMutableElements<Element: TensorElement, Result>(
        of type: Element.Type, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
    ) throws -> Result {
        try check(type)
        return try withExtendedLifetime(storage) {
            try body(UnsafeMutableBufferPointer(start: address.assumingMemoryBound(to: type), count: count))
        }
    }

    /// Calls `body` with the elements as bytes in the machine's order.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeRawBufferPointer(start: address, count: byteCount)) }
    }

    /// Calls `body` with the bytes of a tensor that nobody else holds.
    package func withMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeMutableRawBufferPointer(start: address, count: byteCount)) }
    }

    /// A copy on memory of its own.
    ///
    /// - Throws: memory errors.
    package func copied(allocator: TensorAllocator) throws(TensorError) -> Tensor {
        let copy = try Tensor(uninitialized: elementType, shape: shape, allocator: allocator)
        copy.fill(from: self)
        return copy
    }

    /// Takes over the bytes of a tensor of the same type; nobody else may hold this one yet.
    package func fill(from source: Tensor) {
        withExtendedLifetime((storage, source.storage)) {
            address.copyMemory(from: source.address, byteCount: min(byteCount, source.byteCount))
        }
    }

    /// Whether the tensor lies in `arena`.
    package func lies(in arena: TensorStorage) -> Bool { storage === arena }

    /// Whether this is the only tensor on its storage, so that an operator may write its result there.
    package mutating func isUniquelyReferenced() -> Bool { isKnownUniquelyReferenced(&storage) }

    /// A tensor on the same memory with another type and shape of at most as many bytes, or nil where it is too small.
    package func reusingMemory(for elementType: ElementType, shape: Shape) -> Tensor? {
        guard shape.count * elementType.byteCount <= byteCount else { return nil }
        return Tensor(elementType: elementType, shape: shape, storage: storage, byteOffset: byteOffset)
    }

    private func check<Element: TensorElement>(_ type: Element.Type) throws(TensorError) {
        guard elementType == Element.elementType else {
            throw TensorError(.elementType, "the tensor holds \(elementType), not \(Element.elementType)")
        }
    }
}

extension Tensor: CustomStringConvertible {
    /// Type and shape, for example `float32[1, 3, 64, 64]`.
    public var description: String { "\(elementType)\(shape)" }
}

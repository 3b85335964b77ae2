import COnnxProto

/// The messages of a repeated field.
func messages<Message>(
    _ pointer: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
) -> [UnsafePointer<Message>] {
    guard let pointer else { return [] }
    return UnsafeBufferPointer(start: pointer, count: count).compactMap { $0.map { UnsafePointer($0) } }
}

/// The texts of a repeated field.
func texts(_ pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int) -> [String] {
    guard let pointer else { return [] }
    return UnsafeBufferPointer(start: pointer, count: count).map { text($0) }
}

/// A text; empty where it is absent.
func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
}

/// The numbers of a repeated field.
func numbers<Number>(_ pointer: UnsafeMutablePointer<Number>?, _ count: Int) -> UnsafeBufferPointer<Number> {
    UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : count)
}

/// A field of bytes.
func bytes(_ data: ProtobufCBinaryData) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len)
}

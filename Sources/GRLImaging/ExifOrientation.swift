/// How the pixels of a camera's file have to be turned to be upright: the values 1 to 8 of EXIF's tag 0x0112.
package enum ExifOrientation: UInt16, Sendable, CaseIterable {
    case upright = 1
    case mirrored, rotated180, flipped, transposed, rotated90, transversed, rotated270

    /// Whether width and height change places.
    package var swapsSides: Bool { rawValue >= 5 }

    /// The stored pixel `(column, row)` that belongs at `(x, y)` of the upright picture; `width` and `height` are those
    /// of the stored one.
    @inline(__always)
    func source(x: Int, y: Int, width: Int, height: Int) -> (column: Int, row: Int) {
        switch self {
        case .upright: (x, y)
        case .mirrored: (width - 1 - x, y)
        case .rotated180: (width - 1 - x, height - 1 - y)
        case .flipped: (x, height - 1 - y)
        case .transposed: (y, x)
        case .rotated90: (y, height - 1 - x)
        case .transversed: (width - 1 - y, height - 1 - x)
        case .rotated270: (width - 1 - y, x)
        }
    }

    /// Takes the orientation out of an EXIF block (a TIFF header and its first directory), leaving 1 in its place.
    /// Returns `upright` when there is none or the block is malformed.
    package static func extract(from exif: inout [UInt8]) -> ExifOrientation {
        guard let (offset, isLittleEndian) = locate(in: exif) else { return .upright }
        let value = number(exif, at: offset, bytes: 2, isLittleEndian: isLittleEndian)
        guard let value, let orientation = ExifOrientation(rawValue: UInt16(truncatingIfNeeded: value)) else {
            return .upright
        }
        exif[offset] = isLittleEndian ? 1 : 0
        exif[offset + 1] = isLittleEndian ? 0 : 1
        return orientation
    }

    /// The position of the tag's value, with at least two bytes behind it.
    private static func locate(in exif: [UInt8]) -> (offset: Int, isLittleEndian: Bool)? {
        let isLittleEndian: Bool
        switch exif.prefix(4) {
        case [0x49, 0x49, 42, 0]: isLittleEndian = true
        case [0x4D, 0x4D, 0, 42]: isLittleEndian = false
        default: return nil
        }
        func read(_ offset: Int, _ bytes: Int) -> Int? {
            number(exif, at: offset, bytes: bytes, isLittleEndian: isLittleEndian)
        }
        guard let directory = read(4, 4), let entries = read(directory, 2) else { return nil }
        for entry in 0..<entries {
            let start = directory + 2 + 12 * entry
            guard let tag = read(start, 2), let kind = read(start + 2, 2), let count = read(start + 4, 4) else {
                return nil
            }
            if tag == 0x0112 {
                return kind == 3 && count == 1 && read(start + 8, 2) != nil ? (start + 8, isLittleEndian) : nil
            }
        }
        return nil
    }

    private static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int, isLittleEndian: Bool) -> Int? {
        guard offset >= 0, offset <= bytes.count - count else { return nil }
        return (0..<count).reduce(0) { value, index in
            value << 8 | Int(bytes[offset + (isLittleEndian ? count - 1 - index : index)])
        }
    }
}

extension Image {
    /// The picture turned upright. Throws `ImageError` (`memory`).
    package func turned(by orientation: ExifOrientation, limits: ImageLimits = ImageLimits()) throws -> Image {
        guard orientation != .upright else { return self }
        var result = try Image(
            width: orientation.swapsSides ? height : width, height: orientation.swapsSides ? width : height,
            bitDepth: bitDepth, colorModel: colorModel, hasAlpha: hasAlpha, limits: limits)
        result.metadata = metadata
        let pixelBytes = channelCount * bitDepth.byteCount
        let (newWidth, newHeight) = (result.width, result.height)
        try result.withUnsafeMutableBytes { target in
            withUnsafeBytes { stored in
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        let (column, row) = orientation.source(x: x, y: y, width: width, height: height)
                        let from = (row * width + column) * pixelBytes
                        let to = (y * newWidth + x) * pixelBytes
                        for byte in 0..<pixelBytes {
                            target[to + byte] = stored[from + byte]
                        }
                    }
                }
            }
        }
        return result
    }
}

/// A file format, told by the first bytes of a file.
package enum ImageFormat: Equatable, Sendable {
    case png
    case jpeg
    /// A format that is not read here, by name.
    case other(String)
    case empty
    case unknown

    /// Bytes of a file's start that are enough to tell.
    package static let prefixLength = 64

    package init(prefix: [UInt8]) {
        func starts(_ bytes: [UInt8], at offset: Int = 0) -> Bool { prefix.dropFirst(offset).starts(with: bytes) }
        func starts(_ text: String, at offset: Int = 0) -> Bool { starts(Array(text.utf8), at: offset) }

        if prefix.isEmpty {
            self = .empty
        } else if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if starts([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if starts("RIFF"), starts("WEBP", at: 8) {
            self = .other("WebP")
        } else if starts("ftypavi", at: 4) {
            self = .other("AVIF")
        } else if starts("ftyp", at: 4) {
            self = .other("HEIF or video")
        } else if let name = Self.names.first(where: { starts($0.start) })?.name {
            self = .other(name)
        } else {
            self = Self.isMarkup(prefix) ? .other("SVG, HTML or other XML") : .unknown
        }
    }

    private static let names: [(start: [UInt8], name: String)] = [
        (Array("GIF8".utf8), "GIF"),
        (Array("BM".utf8), "BMP"),
        ([0x49, 0x49, 42, 0], "TIFF"),
        ([0x4D, 0x4D, 0, 42], "TIFF"),
        ([0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20], "JPEG XL"),
        ([0xFF, 0x0A], "JPEG XL"),
        ([0, 0, 0, 12, 0x6A, 0x50], "JPEG 2000"),
        ([0x8A, 0x4D, 0x4E, 0x47], "MNG"),
        (Array("8BPS".utf8), "Photoshop"),
        (Array("qoif".utf8), "QOI"),
        ([0x76, 0x2F, 0x31, 0x01], "OpenEXR"),
        (Array("P5".utf8), "PGM"),
        (Array("P6".utf8), "PPM"),
        (Array("%PDF".utf8), "PDF"),
        ([0x50, 0x4B, 3, 4], "ZIP"),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "NumPy"),
        (Array("version https://git-lfs".utf8), "Git LFS pointer (fetch the file itself with 'git lfs pull')"),
    ]

    private static func isMarkup(_ prefix: [UInt8]) -> Bool {
        let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
        return prefix.first { !blank.contains($0) } == 0x3C
    }
}

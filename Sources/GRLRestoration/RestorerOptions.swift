/// How a ``Restorer`` works.
public struct RestorerOptions: Sendable, Hashable {
    /// What becomes of a picture's alpha channel.
    public enum Alpha: String, Sendable, CaseIterable {
        /// It stays as it is, enlarged where the model enlarges.
        case keep
        /// The result is opaque.
        case drop
        /// It goes through the model like a gray picture.
        case restore
    }

    /// What becomes of values in the model's output that are not numbers.
    public enum NotANumber: String, Sendable, CaseIterable {
        /// They are an error.
        case error
        /// They become 0.
        case zero
    }

    /// What becomes of the alpha channel.
    public var alpha = Alpha.keep
    /// The length of a tile's sides in pixels, for models that run at any size; nil runs pictures whole.
    public var tile: Int?
    /// How many pixels neighbouring tiles share at least; nil takes about a quarter of a tile.
    public var overlap: Int?
    /// Whether the result is the mean over the eight flips and turns of the picture (four flips for models of a fixed
    /// size that is not square), which takes as many times longer.
    public var ensemble = false
    /// What becomes of values that are not numbers.
    public var notANumber = NotANumber.error
    /// The threads that compute; nil takes all cores.
    public var threads: Int?
    /// The bytes that a restoration may take beside the model and the pictures. Models of any size run in tiles where a
    /// whole picture would take more; nil sets no limit.
    public var memoryLimit: Int?

    /// The defaults.
    public init() {}

    /// - Throws: a ``RestorationError`` (`options`).
    func validate() throws {
        if let tile, tile < 1 || tile > 1 << 20 {
            throw RestorationError(.options, "a tile of \(tile) pixels is impossible; choose one from 1 to \(1 << 20)")
        }
        if let overlap, overlap < 0 {
            throw RestorationError(.options, "an overlap of \(overlap) pixels is impossible; choose 0 or more")
        }
        if let tile, let overlap, overlap >= tile {
            throw RestorationError(
                .options, "tiles of \(tile) pixels cannot overlap by \(overlap); choose an overlap below the tile size")
        }
        if let threads, threads < 1 {
            throw RestorationError(.options, "\(threads) threads are impossible; choose 1 or more")
        }
        if let memoryLimit, memoryLimit < 1 {
            throw RestorationError(.options, "a memory limit of \(memoryLimit) bytes is impossible; choose 1 or more")
        }
    }
}

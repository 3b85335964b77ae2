/// Why two images could not be compared.
package struct MetricError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, stable across releases.
    package enum Code: String, Sendable {
        /// The images differ in size or channels, are too small for the metric, or are no images.
        case shape = "METRIC_SHAPE"
    }

    /// The kind of error.
    package let code: Code
    /// What is wrong, in words.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `CODE: message`.
    package var description: String { "\(code.rawValue): \(message)" }
}

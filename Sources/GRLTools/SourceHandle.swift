package import Dispatch

/// Keeps a dispatch source alive.
///
/// `@unchecked Sendable`: dispatch sources may be resumed and cancelled from any thread.
package final class SourceHandle: @unchecked Sendable {
    private let source: any DispatchSourceProtocol

    /// Takes a source whose handler is set, and starts it.
    package init(starting source: any DispatchSourceProtocol) {
        self.source = source
        source.resume()
    }

    deinit { source.cancel() }
}

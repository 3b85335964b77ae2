/// One question about an export.
package protocol Check: Sendable {
    /// A short name that scripts can rely on; the findings' names begin with it.
    var name: String { get }

    /// What there is to say, in the order of the network's layers.
    ///
    /// - Throws: `CancellationError`; errors of files, which end the validation; errors of the network, which end this
    ///   check.
    func run(on subject: Subject) async throws -> [Finding]
}

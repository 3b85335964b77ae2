/// What a check found: one line of the verdict.
package struct Finding: Sendable, Hashable, Encodable {
    /// What follows from a finding.
    package enum Outcome: String, Sendable, Hashable, Encodable, CaseIterable {
        case passed
        /// Something to know that makes the export no other network.
        case warned
        /// The export is not what it should be.
        case failed
        /// It could not be told, and why.
        case skipped
    }

    /// The check's name, and behind a dot what it looked at: `reference.out0`, `weights`.
    package let check: String
    package let outcome: Outcome
    /// The module of the network that it is about, for example `layers.0.blocks.2.attn`; nil for the whole network.
    package let layer: String?
    /// What was found, in one line.
    package let message: String
    /// Further lines for whoever wants to know more.
    package let details: [String]
    /// What was measured, by name; finite numbers only.
    package let values: [String: Double]

    /// - Parameter values: those that are not finite are left out.
    package init(
        _ check: String, _ outcome: Outcome, layer: String? = nil, _ message: String, details: [String] = [],
        values: [String: Double] = [:]
    ) {
        self.check = check
        self.outcome = outcome
        self.layer = layer
        self.message = message
        self.details = details
        self.values = values.filter(\.value.isFinite)
    }
}

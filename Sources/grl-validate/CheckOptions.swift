import ArgumentParser
import GRLValidation

/// A group of options that ask for checks.
protocol CheckOptions: ParsableArguments {
    /// The checks that the options ask for, none by default.
    ///
    /// - Throws: a ``ToolError`` about a file or an option.
    func checks() throws -> [any Check]

    /// Files that the options name and that must be there.
    var inputs: [String] { get }

    /// Files that the options ask to be written.
    var outputs: [String] { get }
}

extension CheckOptions {
    var inputs: [String] { [] }
    var outputs: [String] { [] }
}

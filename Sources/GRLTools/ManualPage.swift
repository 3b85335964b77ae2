import ArgumentParser
import Foundation

/// A page for `man`, made of what the argument parser knows of a tool. See man(7) for the format.
enum ManualPage {
    /// What the parser tells of a command and of its arguments in JSON.
    private struct Help: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
            var text: String { kind == "long" ? "--" + name : "-" + name }
        }
        let kind: String
        let shouldDisplay: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
    }

    /// The page of a tool, its subcommands included.
    ///
    /// - Throws: a `DecodingError` where the parser's JSON has changed.
    static func text(of tool: any ParsableCommand.Type) throws -> String {
        let command = try describe(tool)
        let name = command.commandName
        var lines = [
            ".TH \(escaped(name.uppercased())) 1 \"\" \"grl \(toolVersion)\" \"User Commands\"", ".SH NAME",
            "\(escaped(name)) \\- \(escaped(command.abstract ?? ""))", ".SH SYNOPSIS",
        ]
        let usage = tool.usageString()
        lines += literal(usage)
        lines += sections(of: command.discussion ?? "", first: ".SH DESCRIPTION", macro: ".SH")
        lines += options(of: command, heading: ".SH OPTIONS")
        for subcommand in tool.configuration.subcommands {
            let part = try describe(subcommand)
            lines += [".SH \(escaped("\(name) \(part.commandName)".uppercased()))", escaped(part.abstract ?? "")]
            lines += literal(tool.usageString(for: subcommand))
            lines += sections(of: part.discussion ?? "", first: ".PP", macro: ".SS")
            lines += options(of: part, heading: ".SS Options")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func describe(_ command: any ParsableCommand.Type) throws -> Command {
        try JSONDecoder().decode(Help.self, from: Data(command._dumpHelp().utf8)).command
    }

    /// Paragraphs; one whose first line is a heading such as `EXAMPLES:` begins a section. Lines that begin with spaces
    /// stay lines where they are examples, and are filled elsewhere.
    private static func sections(of discussion: String, first: String, macro: String) -> [String] {
        guard !discussion.isEmpty else { return [] }
        var lines = [first]
        var isExample = false
        for line in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                lines.append(".PP")
            } else if line.hasSuffix(":"), line == line.uppercased() {
                if lines.last == ".PP" { lines.removeLast() }
                isExample = line == "EXAMPLES:"
                lines.append("\(macro) \(escaped(String(line.dropLast())))")
            } else if isExample, line.hasPrefix("  ") {
                lines += literal(line.trimmingCharacters(in: .whitespaces))
            } else {
                lines.append(escaped(line.trimmingCharacters(in: .whitespaces)))
            }
        }
        return lines
    }

    private static func options(of command: Command, heading: String) -> [String] {
        let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
        guard !arguments.isEmpty else { return [] }
        return [heading]
            + arguments.flatMap { argument in
                [".TP", title(of: argument), escaped(description(of: argument))]
            }
    }

    /// For example `-o, --output output`, names in bold and values in italics.
    private static func title(of argument: Argument) -> String {
        let names = (argument.names ?? []).sorted { $0.text.count < $1.text.count }
            .map { "\\fB\(escaped($0.text))\\fR" }.joined(separator: ", ")
        guard argument.kind != "flag", let value = argument.valueName else { return names }
        let repeated = argument.isRepeating ? " ..." : ""
        return names + (names.isEmpty ? "" : " ") + "\\fI\(escaped(value))\\fR\(repeated)"
    }

    private static func description(of argument: Argument) -> String {
        var text = argument.abstract ?? ""
        if let values = argument.allValues, !values.isEmpty {
            text += " (\(values.joined(separator: ", "))\(argument.defaultValue.map { "; default: \($0)" } ?? ""))"
        } else if let value = argument.defaultValue, argument.kind != "flag" {
            text += " (default: \(value))"
        }
        return text
    }

    /// Lines that are not filled.
    private static func literal(_ text: String) -> [String] {
        [".nf"] + text.split(separator: "\n").map { escaped($0.trimmingCharacters(in: .whitespaces)) } + [".fi"]
    }

    /// Text that `man` takes as it is.
    private static func escaped(_ text: String) -> String {
        let text = text.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}

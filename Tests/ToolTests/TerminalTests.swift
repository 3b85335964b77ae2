import Foundation
import Testing

/// What the tools do on a terminal, and what not in a pipe.
@Suite struct TerminalTests {
    private static let tools = ["grl-run", "grl-bench", "grl-inspect", "grl-validate"]
    private static let help = [
        ["grl-run"], ["grl-bench"], ["grl-validate"], ["grl-inspect"], ["grl-inspect", "show"],
        ["grl-inspect", "attention"], ["grl-inspect", "contribution"], ["grl-inspect", "diff"],
    ]

    /// What a tool prints to a terminal of 24 lines.
    private static func onTerminal(
        _ workspace: Workspace, _ arguments: [String], tool: String, environment: [String: String]
    ) throws -> (text: String, exitCode: Int32) {
        let terminal = try PseudoTerminal(columns: 100)
        let process = workspace.process(
            arguments, tool: tool,
            environment: ["TERM": "xterm", "NO_COLOR": "", "PAGER": "cat"].merging(environment) { $1 })
        process.standardOutput = terminal.slave
        process.standardError = terminal.slave
        try process.run()
        let text = try terminal.readUntilClosed()
        process.waitUntilExit()
        return (text.replacingOccurrences(of: "\r\n", with: "\n"), process.terminationStatus)
    }

    @Test(arguments: help) func helpHasExamples(_ words: [String]) throws {
        let workspace = try Workspace()
        let process = workspace.process(Array(words.dropFirst()) + ["--help"], tool: words[0])
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let examples = try #require(text.range(of: "EXAMPLES:\n")).upperBound
        let end = try #require(text[examples...].range(of: "\n\n")).lowerBound
        let lines = text[examples..<end].split(separator: "\n")
        #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("  \(words[0]) ") }, "an example is wrapped: \(text)")
    }

    @Test(arguments: tools) func longHelpIsPaged(_ tool: String) throws {
        let workspace = try Workspace()
        let environment = ["PAGER": "sed 's/^/| /'"]
        let (text, exitCode) = try Self.onTerminal(workspace, ["--help"], tool: tool, environment: environment)
        #expect(exitCode == 0)
        let lines = text.split(separator: "\n")
        #expect(lines.count > 24 && lines.allSatisfy { $0.hasPrefix("| ") })

        let version = try Self.onTerminal(workspace, ["--version"], tool: tool, environment: environment)
        #expect(version.exitCode == 0 && !version.text.contains("|"))
        let piped = try workspace.run("--help", tool: tool)
        #expect(piped.exitCode == 0 && !piped.output.contains { $0 == "\u{1B}" || $0 == "\r" })
    }

    @Test func pagersThatAreNotWantedAreLeftOut() throws {
        let workspace = try Workspace()
        let plain = try workspace.run("--help").output.split(separator: "\n").count
        for environment in [
            ["PAGER": ""], ["PAGER": "cat"], ["PAGER": "sed d", "TERM": "dumb"], ["PAGER": "no-such-pager"],
        ] {
            let (text, exitCode) = try Self.onTerminal(workspace, ["--help"], tool: "grl-run", environment: environment)
            #expect(exitCode == 0)
            #expect(text.split(separator: "\n").count >= plain * 2 / 3 && text.contains("grl-run denoise.onnx"))
        }
        let early = try Self.onTerminal(workspace, ["--help"], tool: "grl-run", environment: ["PAGER": "head -n 2"])
        #expect(early.exitCode == 0 && early.text.split(separator: "\n").count <= 2)
    }

    @Test func lessIsTheUsualPager() throws {
        let workspace = try Workspace()
        try workspace.write("#!/bin/sh\necho \"LESS is $LESS\"\ncat >/dev/null\n", as: "less")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.path("less"))
        let path = workspace.folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        for (set, expected) in [(nil, "LESS is FRX\n"), ("R", "LESS is R\n")] {
            let terminal = try PseudoTerminal(columns: 100)
            let process = workspace.process(["--help"], environment: ["TERM": "xterm", "PATH": path])
            process.environment?["PAGER"] = nil
            process.environment?["LESS"] = set
            process.standardOutput = terminal.slave
            try process.run()
            let text = try terminal.readUntilClosed().replacingOccurrences(of: "\r\n", with: "\n")
            process.waitUntilExit()
            #expect(text == expected)
        }
    }

    @Test func plansArePaged() throws {
        let workspace = try Workspace(
            model: TinyModel(nodes: (0..<40).map { _ in TinyModel.Node(operatorName: "Sin") }))
        let arguments = ["model.onnx", "--plan", "--size", "8"]
        let (text, _) = try Self.onTerminal(
            workspace, arguments, tool: "grl-bench", environment: ["PAGER": "sed 's/^/| /'"])
        #expect(text.split(separator: "\n").count { $0.hasPrefix("| ") } > 40)
        let piped = try workspace.run("model.onnx", "--plan", "--size", "8", tool: "grl-bench")
        #expect(piped.exitCode == 0 && !piped.output.contains("| "))
    }

    @Test func coloursObeyTheirUser() throws {
        let workspace = try Workspace()
        try workspace.write(TinyModel(nodes: [TinyModel.Node(operatorName: "Abs")]), as: "other.onnx")
        for (arguments, tool) in [
            (["missing.onnx", "photo.png"], "grl-run"), (["diff", "model.onnx", "other.onnx"], "grl-inspect"),
        ] {
            let colored = try Self.onTerminal(workspace, arguments, tool: tool, environment: [:])
            #expect(colored.text.contains("\u{1B}[1") && colored.text.contains("\u{1B}[0m"), "\(colored.text)")
            for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
                let plain = try Self.onTerminal(workspace, arguments, tool: tool, environment: environment)
                #expect(!plain.text.contains("\u{1B}[1") && !plain.text.contains("\u{1B}[3"), "\(plain.text)")
            }
        }
        let piped = try workspace.run("diff", "model.onnx", "other.onnx", tool: "grl-inspect")
        #expect(!(piped.output + piped.errors).contains("\u{1B}"))
    }

    @Test(arguments: tools) func manualPagesHoldTheHelp(_ tool: String) throws {
        let page = try Workspace().run("--generate-manual", tool: tool)
        #expect(page.exitCode == 0 && page.errors.isEmpty)
        let lines = page.output.split(separator: "\n", omittingEmptySubsequences: false)
        let name = tool.replacingOccurrences(of: "-", with: "\\-")
        #expect(lines[0].hasPrefix(".TH \(name.uppercased()) 1 "))
        let sections = lines.filter { $0.hasPrefix(".SH ") }.map { $0.dropFirst(4) }
        #expect(
            ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "EXIT STATUS"].allSatisfy { sections.contains($0[...]) })
        #expect(sections.contains("OPTIONS") && lines.contains { $0.hasPrefix("\(name) ") && $0.contains(".onnx") })
        #expect(sections.contains("GRL\\-INSPECT DIFF") == (tool == "grl-inspect"))
        // Every line that begins like a request is one that is meant.
        let requests = [".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi"]
        #expect(
            lines.filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
                .allSatisfy { line in requests.contains { line.hasPrefix($0) } })
    }

    @Test(arguments: tools) func completionScriptsAreMade(_ tool: String) throws {
        let workspace = try Workspace()
        for shell in ["bash", "zsh", "fish"] {
            let run = try workspace.run("--generate-completion-script", shell, tool: tool)
            #expect(run.exitCode == 0 && run.output.contains(tool) && run.output.contains("onnx"), "\(shell)")
        }
    }

    /// Bash itself, with the script that the tool makes.
    @Test(arguments: [
        (["grl-run", ""], ["folder", "model.onnx"]), (["grl-run", "model.onnx", "p"], ["photo.png"]),
        (["grl-run", "--save-l"], ["--save-lifted"]), (["grl-run", "model.onnx", "--alpha", "d"], ["drop"]),
        (["grl-inspect", "di"], ["diff"]), (["grl-inspect", "diff", "m"], ["model.onnx"]),
        (["grl-inspect", "attention", "model.onnx", "photo.png", "--branch", "w"], ["window"]),
        (["grl-bench", "model.onnx", "--input", "n"], ["noise.npz"]), (["grl-validate", "m"], ["model.onnx"]),
    ]) func bashCompletes(_ words: [String], _ expected: [String]) throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        for name in ["noise.npz", "notes.txt"] { try workspace.write("", as: name) }
        try FileManager.default.createDirectory(atPath: workspace.path("folder"), withIntermediateDirectories: false)
        let script = try workspace.run("--generate-completion-script", "bash", tool: words[0])
        try workspace.write(script.output, as: ".completions")
        let list = words.map { "'\($0)'" }.joined(separator: " ")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.currentDirectoryURL = workspace.folder
        process.arguments = [
            "--norc", "-c",
            """
            complete() { for name; do :; done; [ "$1" = -o ] && shift 2; echo "$@" >.registered; }
            compopt() { :; }
            source .completions
            COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            handler=$(sed 's/.*-F \\([^ ]*\\).*/\\1/' .registered)
            "$handler" \(words[0]) "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let replies = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces.union(["/"])) }
        #expect(Set(replies.filter { !$0.isEmpty }) == Set(expected), "\(text)")
    }
}

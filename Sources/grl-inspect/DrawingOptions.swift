import ArgumentParser
import GRLTools

/// What `grl-inspect show` draws instead of printing.
struct DrawingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write a page that shows the network at every stage, to look at in a browser.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var html: String?

    @Option(
        help: ArgumentHelp(
            "With --html: how long each node took, a timeline that grl-bench --trace wrote.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var trace: String?

    @Option(
        help: ArgumentHelp(
            "With --html: a folder with d3.min.js and dagre.min.js (default: where Debian puts them).",
            valueName: "folder"),
        completion: .directory)
    var libraries: String?

    @Option(
        name: .customLong("memory"),
        help: ArgumentHelp(
            "Where values live in memory while the network runs on an image of this size: a table, or a picture with "
                + "--picture.", valueName: "HxW"), transform: ImageSize.init(option:))
    var memory: ImageSize?

    @Option(
        help: ArgumentHelp(
            "With --memory or --size: draw what is asked for, as .svg or .png, instead of printing it.",
            valueName: "file"),
        completion: .file(extensions: ["svg", "png"]))
    var picture: String?

    @Flag(help: "Print the graph, its modules as clusters, in the language of Graphviz.")
    var dot = false

    @Flag(help: "Print the graph, its modules as subgraphs, as a flowchart of Mermaid.")
    var mermaid = false

    @Flag(name: .long, help: "Replace files that exist.")
    var force = false

    /// Whether anything is to be drawn.
    var isAsked: Bool { html != nil || memory != nil || dot || mermaid || picture != nil }

    /// Whether a graph is to be written for another program.
    var isGraph: Bool { dot || mermaid }

    func validate() throws {
        let asked = [html != nil, memory != nil, dot, mermaid].count { $0 }
        if asked > 1 { throw ValidationError("Choose one of --html, --memory, --dot and --mermaid.") }
        if html == nil, trace != nil || libraries != nil {
            throw ValidationError("--trace and --libraries belong to --html.")
        }
        if let picture, !picture.hasSuffix(".svg"), !picture.hasSuffix(".png") {
            throw ValidationError("--picture writes .svg and .png files; '\(picture)' is neither.")
        }
    }
}

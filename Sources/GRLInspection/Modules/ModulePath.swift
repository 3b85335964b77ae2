/// Where a node stands in the network as it was written: the modules around it, from the outermost. A module of a list
/// is named with its number, `blocks.2`.
package struct ModulePath: Sendable, Hashable, CustomStringConvertible {
    /// Modules that are nested deeper are not told apart.
    private static let depthLimit = 32

    /// The network itself.
    package static let root = ModulePath([])

    package let components: [String]

    package init(_ components: some Sequence<String>) {
        self.components = Array(components.prefix(Self.depthLimit))
    }

    /// A path in the form `layers.0.blocks.2.attn`.
    package init(dotted path: String) {
        self.init(Self.components(path.split(separator: ".")))
    }

    /// The modules of a node or value that is named `/layers.0/blocks.2/attn/MatMul_1`, as TorchScript's exporter does;
    /// nil for names of another form. A list that is run as a whole comes twice, `/body/body.0/`, and is taken once.
    package init?(scopedName name: String) {
        guard name.utf8.first == UInt8(ascii: "/") else { return nil }
        var modules: [Substring] = []
        for module in name.split(separator: "/").dropLast() {
            if let last = modules.last, module.hasPrefix(last + ".") { modules.removeLast() }
            modules.append(module)
        }
        self.init(Self.components(modules.flatMap { $0.split(separator: ".") }))
    }

    /// The module of a parameter that is named `layers.0.blocks.2.norm1.weight`; nil for names of another form.
    package init?(parameter name: String) {
        // A number behind `#` keeps equal names in one graph apart.
        let path = name.prefix { $0 != "#" }
        let isPlain = path.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        guard isPlain, parts.count > 1, !parts.contains("") else { return nil }
        self.init(Self.components(parts.dropLast()))
    }

    /// The innermost module; empty for the root.
    package var name: String { components.last ?? "" }

    /// The module around this one; nil for the root.
    package var parent: ModulePath? { components.isEmpty ? nil : ModulePath(components.dropLast()) }

    /// The innermost module that holds both.
    package func common(with other: ModulePath) -> ModulePath {
        let count = zip(components, other.components).prefix { $0 == $1 }.count
        return count == components.count ? self : ModulePath(components.prefix(count))
    }

    package var description: String { components.joined(separator: ".") }

    /// Joins numbers to the names of the lists that they count.
    private static func components(_ parts: some Sequence<Substring>) -> [String] {
        var result: [String] = []
        for part in parts {
            if let last = result.last, part.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                result[result.count - 1] = last + "." + part
            } else {
                result.append(String(part))
            }
        }
        return result
    }
}

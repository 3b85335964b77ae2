import COnnxProto

/// The module that PyTorch's exporter says a node is of.
enum NodeModule {
    /// The key of the metadata that tells it: a list such as `['', 'layers.0', 'layers.0.conv', 'conv2d']`, of the
    /// modules around the node from the outermost, and last the node itself.
    private static let key = "pkg.torch.onnx.name_scopes"

    /// The dotted path of the innermost module, empty for the outermost one; nil where nothing is said.
    static func path(of node: Onnx__NodeProto) -> String? {
        for entry in messages(node.metadata_props, node.n_metadata_props) where text(entry.pointee.key) == key {
            // What lies between quotation marks is every second part.
            let parts = text(entry.pointee.value).utf8.split(
                separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            return parts.count < 5 ? nil : String(Substring(parts[parts.count - 4]))
        }
        return nil
    }
}

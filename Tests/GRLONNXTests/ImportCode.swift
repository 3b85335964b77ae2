import GRLONNX

/// The code that importing the bytes fails with; "OK" if it does not.
func importCode(_ bytes: [UInt8], options: ImportOptions = ImportOptions()) -> String {
    do {
        try ModelImporter.load(bytes: bytes, options: options).graph.verify()
        return "OK"
    } catch {
        return (error as? ImportError)?.code.rawValue ?? "\(error)"
    }
}

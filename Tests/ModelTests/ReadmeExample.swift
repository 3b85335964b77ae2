import GRL

/// Restores a photograph and tells how far it is.
func restore(_ input: String, with model: String, to output: String) async throws {
    let restorer = try Restorer(model: Model(contentsOfFile: model))
    print(restorer.contract)
    let restored = try await restorer.restore(Image(contentsOfFile: input)) { progress in
        print("\(Int(100 * progress.fraction)) %")
    }
    try restored.write(toFile: output)
}

import GRL

// Runs a bundled network on a gray picture of its own size, through nothing but the public interface.
let model = try Model(contentsOfFile: CommandLine.arguments[1] + "/Models/grl-nano-dn25/grl-nano-dn25-64x64.onnx")
let picture = try Tensor([Float](repeating: 0.5, count: 3 * 64 * 64), shape: Shape([1, 3, 64, 64]))
let restored = try await Session(model).run([picture])
print("\(model.inputs[0]) → \(restored[0])")

import GRLInspection
import Testing

@Suite struct ModulePathTests {
    @Test(arguments: [
        ("/layers.0/blocks.2/attn/MatMul_1", "layers.0|blocks.2|attn"),
        ("/Sub", ""),
        ("/upsample/upsample.0/Conv", "upsample.0"),
        ("/attn/cpb_mlp/cpb_mlp.0/MatMul_output_0", "attn|cpb_mlp.0"),
        ("/0/Conv", "0"),
    ])
    func nodeNames(name: String, path: String) {
        #expect(ModulePath(scopedName: name)?.components.joined(separator: "|") == path)
    }

    @Test func namesOfOtherFormsSayNothing() {
        for name in ["", "node_matmul_3", "Reshape_62", "onnx::MatMul_2946"] {
            #expect(ModulePath(scopedName: name) == nil)
        }
        for name in ["weight", "val_5", "view_8/shape", "onnx::MatMul_12.x", "a..b", ".weight", "/a.0/MatMul.scale"] {
            #expect(ModulePath(parameter: name) == nil)
        }
    }

    @Test func parametersNameTheirModule() {
        let path = ModulePath(parameter: "layers.0.blocks.12.norm1.weight#7")
        #expect(path == ModulePath(["layers.0", "blocks.12", "norm1"]))
        #expect(ModulePath(parameter: "conv_first.bias")?.description == "conv_first")
    }

    @Test func commonModules() {
        let path = ModulePath(dotted: "layers.0.blocks.2.attn")
        #expect(path.common(with: ModulePath(dotted: "layers.0.blocks.2.mlp.fc1")).description == "layers.0.blocks.2")
        #expect(path.common(with: ModulePath(dotted: "layers.0.blocks.21.attn")).description == "layers.0")
        #expect(path.parent?.name == "blocks.2" && ModulePath.root.parent == nil)
    }

    @Test func deepPathsAreCut() {
        #expect(ModulePath(scopedName: String(repeating: "/a", count: 1000))?.components.count == 32)
    }
}

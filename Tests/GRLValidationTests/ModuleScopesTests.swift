import Foundation
import GRLGraph
import GRLONNX
import Testing

@Suite struct ModuleScopesTests {
    /// The modules of the nodes whose outputs the two exporters name so.
    @Test(arguments: [
        ("plain-ts17", "/layers.0/blocks.0/attn/qkv/body/MatMul_output_0", "layers.0.blocks.0.attn.qkv.body"),
        ("plain-ts17", "/Sub_output_0", ""),
        ("rcan-ts17", "/body/body.0/body/body.0/body/body.0/Conv_output_0", "body.0.body.0.body.0"),
        ("plain-dynamo20", "conv2d", "conv_first"),
        ("plain-dynamo20", "val_9", "layers.0.blocks.0.attn.qkv.body"),
        ("plain-dynamo20", "avg_pool2d", "layers.0.blocks.0.attn.anchor.body.0.pooling"),
    ])
    func modulesAreThoseOfTheNetwork(model: String, value: String, module: String) throws {
        let graph = try ModelImporter.load(contentsOf: Fixtures.path("\(model).onnx")).graph
        let id = try #require(graph.value(named: value))
        let node = try #require(graph.producer(of: id))
        #expect(ModuleScopes(graph)[node.id] == module)
    }

    @Test func parametersAreKnownByTheirNames() {
        #expect(ModuleScopes.module(ofParameter: "layers.0.norm1.weight") == "layers.0.norm1")
        #expect(ModuleScopes.module(ofParameter: "onnx::MatMul_12") == nil)
        #expect(ModuleScopes.module(ofParameter: "/layers.0/Constant_output_0") == nil)
        #expect(ModuleScopes.module(ofParameter: "weight") == nil)
    }
}

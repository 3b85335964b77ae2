package import GRLGraph
import GRLOperators
package import GRLTensor

/// Makes and runs single operators in tests, as an importer and an executor would.
package enum OperatorRunner {
    /// The outputs of an operator for `inputs`; inferred types are checked against them.
    ///
    /// - Parameters:
    ///   - accelerated: whether to take the fast way; it is an error when there is none for these inputs.
    ///   - executor: what runs the pieces of the fast way.
    /// - Throws: what making or running it throws; an ``OperatorRunnerError`` when inference and evaluation differ.
    package static func run(
        _ name: String, domain: String = OperatorSpec.onnxDomain, opset: Int = 21,
        attributes: [String: AttributeValue] = [:], inputs: [Tensor?],
        outputCount: Int = 1, accelerated: Bool = false, executor: any ParallelExecutor = InlineExecutor()
    ) throws -> [Tensor] {
        guard let type = OperatorRegistry.find(name, domain: domain, opset: opset) else {
            throw OperatorRunnerError("\(name) is not registered for opset \(opset)")
        }
        var graph = Graph(name: "test")
        let operands = inputs.map { tensor -> NodeReader.Input in
            guard let tensor else { return .absent }
            return .value(graph.addConstant("input", tensor))
        }
        var reader = NodeReader(
            operatorName: name, opset: opset, inputs: operands, outputCount: outputCount, attributes: attributes)
        let operation = try type.init(&reader)
        try reader.finish()
        let all = reader.inputs.map { input -> Tensor? in
            switch input {
            case .absent: nil
            case .constant(let tensor): tensor
            case .value(let id): graph[id].constant
            }
        }
        let inference = InferenceContext(types: all.map { $0?.type }, constants: all, outputCount: outputCount)
        let types = try operation.infer(inference)
        var context = EvaluationContext(
            inputs: all, outputCount: outputCount, executor: executor,
            runSubgraph: { try Interpreter.run($0, inputs: $1) })
        let outputs: [Tensor]
        if accelerated {
            guard let fast = try (operation as? any AcceleratedOperator)?.accelerate(&context) else {
                throw OperatorRunnerError("\(name) has no fast way for these inputs")
            }
            outputs = fast
        } else {
            outputs = try operation.evaluate(&context)
        }
        for (output, type) in zip(outputs, types) {
            if let type, type != output.type {
                throw OperatorRunnerError("\(name) was inferred as \(type) and evaluated to \(output.type)")
            }
        }
        let use = try operation.memoryUse(inference)
        try checkViews(outputs, of: all, use, name)
        if accelerated { try checkOverwriting(operation, all, outputs, use, executor) }
        return outputs
    }

    /// Checks that output 0 is on the memory of the input that it is said to view, and no other output on that of any.
    private static func checkViews(_ outputs: [Tensor], of inputs: [Tensor?], _ use: MemoryUse, _ name: String) throws {
        for (index, output) in outputs.enumerated() {
            let viewed = inputs.firstIndex { $0.map { output.lies(in: $0.storage) } ?? false }
            let promised = index == 0 ? use.viewedInput : nil
            guard viewed != promised else { continue }
            let (found, expected) = (viewed.map { "input \($0)" }, promised.map { "input \($0)" })
            throw OperatorRunnerError(
                "output \(index) of \(name) shares memory with \(found ?? "nothing"), not with \(expected ?? "nothing")"
            )
        }
    }

    /// Checks that output 0 is written over each input where that is said to be possible, and stays the same.
    private static func checkOverwriting(
        _ operation: any Operator, _ inputs: [Tensor?], _ outputs: [Tensor], _ use: MemoryUse,
        _ executor: any ParallelExecutor
    ) throws {
        guard let expected = outputs.first else { return }
        for index in use.overwritableInputs where inputs.indices.contains(index) {
            guard let input = inputs[index], input.byteCount == expected.byteCount else { continue }
            let name = operation.spec.name
            var operands = inputs
            let dying = try input.copied(allocator: Tensor.sharedAllocator)
            operands[index] = dying
            var context = EvaluationContext(
                inputs: operands, reusable: inputs.indices.map { $0 == index }, outputCount: outputs.count,
                executor: executor)
            guard let output = try (operation as? any AcceleratedOperator)?.accelerate(&context)?.first else {
                continue
            }
            guard output.lies(in: dying.storage) else {
                throw OperatorRunnerError("\(name) does not write output 0 over input \(index)")
            }
            guard output.withBytes({ Array($0) }) == expected.withBytes({ Array($0) }) else {
                throw OperatorRunnerError("\(name) gives something else when it writes over input \(index)")
            }
        }
    }
}

/// Why an operator could not be tested.
package struct OperatorRunnerError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

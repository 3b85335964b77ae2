import GRLGraph
import GRLOperators
import GRLTensor

/// Adds one node of the file, which applies an operator, to the graph.
struct NodeBuilder {
    let scope: Scope
    /// The node's name in the file.
    let name: String
    let operatorName: String
    let domain: String
    let opset: Int
    /// The module that the node is of, where the file says it.
    let module: String?
    /// What the file declares of values, by their names there.
    let declarations: [String: ValueDeclaration]

    /// Whether the node applies an operator that is known here, although the model states it as a function: one of this
    /// project's own, with inputs and attributes that it takes.
    func appliesOwnOperator(
        inputs: [Scope.Binding], outputs: [String], attributes: [String: AttributeValue]
    ) -> Bool {
        guard
            let type = OperatorRegistry.find(operatorName, domain: domain, opset: opset) as? any FunctionOperator.Type,
            type.spec.inputs.contains(inputs.count), type.spec.outputs.contains(outputs.count)
        else { return false }
        var reader = NodeReader(
            operatorName: operatorName, opset: opset, inputs: inputs.map(Self.readerInput), outputCount: outputs.count,
            attributes: attributes)
        guard (try? type.init(&reader)) != nil else { return false }
        return (try? reader.finish()) != nil
    }

    /// Makes the operator, adds the node, and binds its outputs.
    ///
    /// - Throws: an ``ImportError``, or what making the operator throws.
    func add(inputs: [Scope.Binding], outputs: [String], attributes: [String: AttributeValue]) throws {
        var inputs = inputs
        while case .absent? = inputs.last { inputs.removeLast() }
        var outputs = outputs
        while outputs.last?.isEmpty == true { outputs.removeLast() }
        guard let type = OperatorRegistry.find(operatorName, domain: domain, opset: opset) else {
            try addUnsupported(inputs, outputs, attributes)
            return
        }
        var reader = NodeReader(
            operatorName: operatorName, opset: opset, inputs: inputs.map(Self.readerInput), outputCount: outputs.count,
            attributes: attributes)
        let operation = try type.init(&reader)
        try reader.finish()
        let spec = operation.spec
        guard spec.inputs.contains(reader.inputs.count) else {
            throw ImportError(.arity, "\(operatorName) takes \(text(spec.inputs)) inputs, not \(reader.inputs.count)")
        }
        guard spec.outputs.contains(outputs.count) else {
            throw ImportError(.arity, "\(operatorName) has \(text(spec.outputs)) outputs, not \(outputs.count)")
        }
        if let constant = operation as? Constant, let output = outputs.first {
            let id = scope.builder.graph.addConstant(scope.graphName(output), constant.value)
            try scope.bind(output, to: .value(id))
            return
        }
        var operands = reader.inputs.enumerated().map { index, input in self.operand(input, index, outputs) }
        if let operation = operation as? any FunctionOperator { try leaveOutZeros(of: operation, &operands) }
        if let operation = operation as? any ImportExpandedOperator {
            let results = try operation.expand(inputs: operands, into: &scope.builder.graph)
            guard results.count >= outputs.count else {
                throw ImportError(.arity, "\(operatorName) has \(results.count) outputs, not \(outputs.count)")
            }
            for (output, result) in zip(outputs, results) where !output.isEmpty {
                try scope.bind(output, to: .value(result))
            }
            return
        }
        try addNode(operation, operands, outputs)
    }

    /// Leaves out inputs that are zeros because functions need them all, so that a node comes back as it was written.
    private func leaveOutZeros(of operation: any FunctionOperator, _ operands: inout [ValueID?]) throws {
        for (index, operand) in operands.enumerated() {
            guard let tensor = operand.flatMap({ scope.builder.graph[$0].constant }),
                try operation.zeros(forInput: index) == tensor.type,
                tensor.withBytes({ $0.allSatisfy { $0 == 0 } })
            else { continue }
            operands[index] = nil
        }
        while case .some(nil) = operands.last { operands.removeLast() }
    }

    private func addNode(_ operation: any Operator, _ operands: [ValueID?], _ outputs: [String]) throws {
        let names = outputs.map { $0.isEmpty ? nil : scope.graphName($0) }
        var known: [String: ValueDeclaration] = [:]
        for (output, name) in zip(outputs, names) {
            if let name { known[name] = declarations[output] }
        }
        let results = scope.builder.graph.addNode(
            operation, name: name, inputs: operands, outputs: names, declarations: known, module: module)
        for (output, result) in zip(outputs, results) {
            if let result { try scope.bind(output, to: .value(result)) }
        }
    }

    /// What the node's subgraphs read from around it is appended to its inputs, subgraph by subgraph in the order of
    /// the attributes' names.
    private func addUnsupported(
        _ inputs: [Scope.Binding], _ outputs: [String], _ attributes: [String: AttributeValue]
    ) throws {
        var operands = inputs.map { binding -> ValueID? in
            guard case .value(let id) = binding else { return nil }
            return id
        }
        for (_, value) in attributes.sorted(by: { $0.key < $1.key }) {
            if case .graph(let subgraph) = value { operands += subgraph.captures }
        }
        let operation = UnsupportedOperator(
            name: operatorName, domain: domain, version: opset, attributes: attributes)
        try addNode(operation, operands, outputs)
    }

    private static func readerInput(_ binding: Scope.Binding) -> NodeReader.Input {
        switch binding {
        case .value(let id): .value(id)
        case .absent: .absent
        }
    }

    private func operand(_ input: NodeReader.Input, _ index: Int, _ outputs: [String]) -> ValueID? {
        switch input {
        case .value(let id): id
        case .absent: nil
        case .constant(let tensor):
            scope.builder.graph.addConstant("\(scope.graphName(outputs.first ?? operatorName))/input\(index)", tensor)
        }
    }

    private func text(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == range.upperBound { return "\(range.lowerBound)" }
        guard range.upperBound < OperatorSpec.unbounded else { return "\(range.lowerBound) or more" }
        return "\(range.lowerBound) to \(range.upperBound)"
    }
}

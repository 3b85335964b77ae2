/// Builds model files for tests, byte by byte.
package enum ModelBytes {
    /// A model around a graph.
    package static func model(
        _ graph: Wire, irVersion: UInt64 = 10, opset: UInt64 = 17, functions: [Wire] = [], extra: Wire = Wire()
    ) -> [UInt8] {
        var wire = Wire().number(1, irVersion).message(8, Wire().number(2, opset)).message(7, graph)
        for function in functions { wire = wire.message(25, function) }
        return wire.raw(extra.bytes).bytes
    }

    /// A graph of nodes with float32 inputs and outputs of unknown shape.
    package static func graph(
        _ nodes: [Wire], inputs: [String] = ["x"], outputs: [String] = ["y"], initializers: [Wire] = []
    ) -> Wire {
        var wire = Wire().text(2, "main")
        for node in nodes { wire = wire.message(1, node) }
        for initializer in initializers { wire = wire.message(5, initializer) }
        let type = Wire().message(1, Wire().number(1, 1))
        for input in inputs { wire = wire.message(11, Wire().text(1, input).message(2, type)) }
        for output in outputs { wire = wire.message(12, Wire().text(1, output).message(2, type)) }
        return wire
    }

    package static func node(
        _ type: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
        attributes: [Wire] = []
    ) -> Wire {
        var wire = Wire()
        for input in inputs { wire = wire.text(1, input) }
        for output in outputs { wire = wire.text(2, output) }
        wire = wire.text(3, name).text(4, type)
        for attribute in attributes { wire = wire.message(5, attribute) }
        return domain.isEmpty ? wire : wire.text(7, domain)
    }

    package static func identity(_ input: String, _ output: String) -> Wire { node("Identity", [input], [output]) }

    package static func function(
        _ name: String, inputs: [String], outputs: [String], nodes: [Wire], domain: String = "local",
        attributes: [String] = []
    ) -> Wire {
        var wire = Wire().text(1, name).text(10, domain).message(9, Wire().number(2, 17))
        for input in inputs { wire = wire.text(4, input) }
        for output in outputs { wire = wire.text(5, output) }
        for attribute in attributes { wire = wire.text(6, attribute) }
        for node in nodes { wire = wire.message(7, node) }
        return wire
    }

    /// A TensorProto of a type number, with fields appended.
    package static func tensor(_ name: String = "w", type: UInt64, dimensions: [Int], _ fields: Wire) -> Wire {
        var wire = Wire()
        for dimension in dimensions { wire = wire.number(1, UInt64(bitPattern: Int64(dimension))) }
        return wire.number(2, type).text(8, name).raw(fields.bytes)
    }

    /// A model that returns one initializer.
    package static func model(of tensor: Wire) -> [UInt8] {
        model(graph([identity("w", "y")], inputs: [], initializers: [tensor]))
    }

    /// An attribute with a type number and fields appended.
    package static func attribute(_ name: String, type: UInt64, _ fields: Wire) -> Wire {
        Wire().text(1, name).raw(fields.bytes).number(20, type)
    }
}

/// Builds protocol buffer bytes, well formed or not.
package struct Wire {
    package var bytes: [UInt8] = []

    package init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    package static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var out: [UInt8] = []
        while rest >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
        return out
    }

    package static func tag(_ field: UInt64, _ wireType: UInt64) -> [UInt8] {
        varint(field << 3 | wireType)
    }

    package func number(_ field: UInt64, _ value: UInt64) -> Wire {
        Wire(bytes + Wire.tag(field, 0) + Wire.varint(value))
    }

    package func block(_ field: UInt64, _ content: [UInt8]) -> Wire {
        Wire(bytes + Wire.tag(field, 2) + Wire.varint(UInt64(content.count)) + content)
    }

    package func message(_ field: UInt64, _ content: Wire) -> Wire {
        block(field, content.bytes)
    }

    package func text(_ field: UInt64, _ content: String) -> Wire {
        block(field, Array(content.utf8))
    }

    package func raw(_ more: [UInt8]) -> Wire {
        Wire(bytes + more)
    }
}

/// ONNX messages with their field numbers.
package enum Message {
    package static func model(graph: Wire) -> Wire {
        Wire().number(1, 8).message(8, Wire().number(2, 17)).message(7, graph)
    }

    /// `name` float32 `[count]`, with `count` elements 0, 1, 2, … in `raw_data`.
    package static func tensor(_ name: String, count: Int) -> Wire {
        let payload = (0..<count).flatMap { index in
            withUnsafeBytes(of: Float(index).bitPattern.littleEndian) { Array($0) }
        }
        return Wire().number(1, UInt64(count)).number(2, 1).text(8, name).block(9, payload)
    }

    /// A graph of one Add with a small and a large initializer, types, attributes and doc strings.
    package static func smallModel(largeCount: Int = 300) -> Wire {
        let attribute = Wire().text(1, "axes").block(8, [1, 2, 0x80, 1]).number(20, 7).text(13, "docs")
        let node = Wire().text(1, "x").text(1, "w").text(2, "y").text(3, "add").text(4, "Add").message(5, attribute)
            .text(6, "doc string of the node")
        let dimension = Wire().text(2, "height")
        let type = Wire().message(1, Wire().number(1, 1).message(2, Wire().message(1, dimension)))
        let graph = Wire().message(1, node).text(2, "main").message(5, tensor("w", count: largeCount))
            .message(5, tensor("s", count: 3)).message(11, Wire().text(1, "x").message(2, type))
            .message(12, Wire().text(1, "y"))
        return model(graph: graph)
    }

    /// Graphs nested `depth` times through attributes of nodes.
    package static func nestedGraphs(_ depth: Int) -> Wire {
        nested(depth, fields: [1, 5, 6])
    }

    /// Messages that hold one another through the given fields in turn, `depth` rounds of them, innermost empty.
    ///
    /// Built from the inside out, writing backwards, so that deep nestings take linear time.
    package static func nested(_ depth: Int, fields: [UInt64]) -> Wire {
        var reversed: [UInt8] = []
        for _ in 0..<depth {
            for field in fields.reversed() {
                let header = Wire.tag(field, 2) + Wire.varint(UInt64(reversed.count))
                reversed.append(contentsOf: header.reversed())
            }
        }
        return Wire(reversed.reversed())
    }
}

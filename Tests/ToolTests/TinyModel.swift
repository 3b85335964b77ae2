import Foundation

/// Small ONNX files, written field by field.
struct TinyModel {
    /// A node with one input `x` or the output of the node before, further constant inputs, and float attributes.
    struct Node {
        var operatorName: String
        var constants: [(dimensions: [Int], values: [Float])] = []
        var integerLists: [String: [Int]] = [:]
    }

    var channels: (input: Int, output: Int) = (3, 3)
    /// Height and width, or nil for any.
    var size: (height: Int, width: Int)?
    var scale = 1
    var nodes: [Node]

    /// `1 - x` at any size: `(x - 1) * -1`.
    static let negative = TinyModel(nodes: [
        Node(operatorName: "Sub", constants: [([], [1])]), Node(operatorName: "Neg"),
    ])

    /// The bytes of the file.
    var bytes: Data {
        var graph = Data()
        var value = "x"
        for (index, node) in nodes.enumerated() {
            let output = index == nodes.count - 1 ? "y" : "value\(index)"
            var message = Protobuf.text(1, value)
            for (number, constant) in node.constants.enumerated() {
                let name = "constant\(index).\(number)"
                message += Protobuf.text(1, name)
                var tensor = constant.dimensions.reduce(Data()) { $0 + Protobuf.integer(1, $1) }
                tensor += Protobuf.integer(2, 1) + Protobuf.text(8, name)
                tensor += Protobuf.message(
                    9,
                    constant.values.reduce(Data()) { data, value in
                        data + withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
                    })
                graph += Protobuf.message(5, tensor)
            }
            message += Protobuf.text(2, output) + Protobuf.text(3, "node\(index)") + Protobuf.text(4, node.operatorName)
            for (name, values) in node.integerLists.sorted(by: { $0.key < $1.key }) {
                let attribute = values.reduce(Protobuf.text(1, name)) { $0 + Protobuf.integer(8, $1) }
                message += Protobuf.message(5, attribute + Protobuf.integer(20, 7))
            }
            graph += Protobuf.message(1, message)
            value = output
        }
        graph += Protobuf.text(2, "tiny")
        graph += Protobuf.message(11, declaration("x", channels.input, scale: 1))
        graph += Protobuf.message(12, declaration("y", channels.output, scale: scale))
        return Protobuf.integer(1, 8) + Protobuf.message(7, graph) + Protobuf.message(8, Protobuf.integer(2, 17))
    }

    private func declaration(_ name: String, _ channels: Int, scale: Int) -> Data {
        let lengths = [1, channels, (size?.height).map { $0 * scale }, (size?.width).map { $0 * scale }]
        let shape = lengths.enumerated().reduce(Data()) { data, item in
            data
                + Protobuf.message(
                    1, item.element.map { Protobuf.integer(1, $0) } ?? Protobuf.text(2, "\(name)\(item.offset)"))
        }
        let tensor = Protobuf.integer(1, 1) + Protobuf.message(2, shape)
        return Protobuf.text(1, name) + Protobuf.message(2, Protobuf.message(1, tensor))
    }
}

/// Fields of protobuf's wire format.
private enum Protobuf {
    static func integer(_ field: Int, _ value: Int) -> Data { varint(field << 3) + varint(value) }
    static func text(_ field: Int, _ value: String) -> Data { message(field, Data(value.utf8)) }
    static func message(_ field: Int, _ content: Data) -> Data {
        varint(field << 3 | 2) + varint(content.count) + content
    }

    private static func varint(_ value: Int) -> Data {
        var rest = UInt64(bitPattern: Int64(value))
        var bytes = Data()
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }
}

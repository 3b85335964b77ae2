import GRLCheckpoint
import GRLTensor

/// A tensor of a state dictionary that a network computes with.
struct Parameter {
    /// For example `layers.0.blocks.0.mlp.fc1.weight`.
    let name: String
    let dimensions: [Int]
    /// In row-major order.
    let values: [Float]

    /// The module that owns it; empty for the network itself.
    var module: String { name.lastIndex(of: ".").map { String(name[..<$0]) } ?? "" }

    /// The name within the module: `weight`, `bias`, `logit_scale`.
    var field: String { name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name }

    /// The number of rows, which is the first dimension.
    var rows: Int { max(dimensions.first ?? 1, 1) }

    /// The number of elements of a row.
    var columns: Int { values.count / rows }
}

/// The parameters of a state dictionary, and apart from them what networks compute anew for each size.
struct ParameterSet {
    let parameters: [Parameter]
    /// Tables, indices and masks that follow from sizes alone.
    let buffers: [StateDictionary.Entry]
    /// Names of integers that count something and do not change what a network computes.
    let counters: [String]

    /// - Throws: `TensorError`.
    init(_ dictionary: StateDictionary) throws {
        var parameters: [Parameter] = []
        var buffers: [StateDictionary.Entry] = []
        var counters: [String] = []
        for entry in dictionary.entries {
            if Self.isDerived(entry.name) {
                buffers.append(entry)
            } else if entry.tensor.elementType.isFloatingPoint {
                parameters.append(
                    Parameter(
                        name: entry.name, dimensions: entry.tensor.shape.dimensions, values: try entry.tensor.floats()))
            } else {
                counters.append(entry.name)
            }
        }
        self.parameters = parameters
        self.buffers = buffers
        self.counters = counters
    }

    /// Whether a name is that of a buffer which GRL, SwinIR and Swin compute from sizes.
    private static func isDerived(_ name: String) -> Bool {
        let field = name.split(separator: ".").last.map(String.init) ?? name
        return ["table_", "index_", "mask_"].contains(where: field.hasPrefix)
            || ["relative_coords_table", "relative_position_index", "attn_mask"].contains(where: field.hasPrefix)
    }
}

extension Tensor {
    /// The elements of a tensor of floating-point numbers, `float64` rounded to `float32`.
    ///
    /// - Throws: `DTYPE` for other types.
    func floats() throws -> [Float] {
        switch elementType {
        case .float64: try withElements(of: Double.self) { $0.map { Float($0) } }
        case .float16: try withElements(of: Float16.self) { $0.map { Float($0) } }
        case .bfloat16: try withElements(of: BFloat16.self) { $0.map(\.float) }
        default: try elements(of: Float.self)
        }
    }
}

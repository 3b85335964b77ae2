/// What the page of a model is drawn from, as it stands in the page in JSON. Lists run in parallel to keep it small.
struct PageData: Encodable {
    /// What the stages have in common; they refer to it by position.
    struct Tables: Encodable {
        var operators: [String] = []
        var types: [String] = []
        /// Names and values of a node's attributes.
        var attributes: [[[String]]] = []
        var constants: [Constant] = []
    }

    /// What the elements of a constant are like; few of them are listed instead.
    struct Constant: Encodable, Hashable {
        let bytes: Int
        var sample: String?
        var minimum: Double?
        var maximum: Double?
        var mean: Double?
        var nans: Int?
        /// The share of zeros, from 0 to 1.
        var zeros: Double?
    }

    /// Nodes in the order of the graph. Values that are left out are −1.
    struct Nodes: Encodable {
        var `operator`: [Int] = []
        /// As ``FoldedNames`` writes them.
        var name: [String] = []
        var module: [Int] = []
        var attributes: [Int] = []
        var inputs: [[Int]] = []
        var outputs: [[Int]] = []
        /// The nodes of the next stage that stand for each; nil for the last stage.
        var next: [[Int]]?
    }

    struct Values: Encodable {
        /// As ``FoldedNames`` writes them.
        var name: [String] = []
        var type: [Int] = []
        /// −1 for what is no constant.
        var constant: [Int] = []
    }

    /// Each module after the one around it, whose position is its parent; −1 for the network itself, the first.
    struct Modules: Encodable {
        var name: [String] = []
        var parent: [Int] = []
    }

    /// For each node; an empty list where nothing is known.
    struct Costs: Encodable {
        var multiplyAdds: [Int]?
        var weightBytes: [Int]?
        var resultBytes: [Int]?
        /// In milliseconds.
        var time: [Double]?
    }

    struct Stage: Encodable {
        let key: String
        let label: String
        let nodes: Nodes
        let values: Values
        let modules: Modules
        let inputs: [Int]
        let outputs: [Int]
        let costs: Costs
        /// What the passes did (`applied`) and refused (`declined`), with the text.
        let log: [[String]]
    }

    let title: String
    /// Names and values, for people.
    let facts: [[String]]
    /// The size of the input that costs are told for.
    let size: String
    let tables: Tables
    let stages: [Stage]
    /// Measured operators: name, calls, milliseconds.
    let operators: [MeasuredOperator]

    struct MeasuredOperator: Encodable {
        let name: String
        let calls: Int
        let milliseconds: Double

        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(name)
            try list.encode(calls)
            try list.encode(milliseconds)
        }
    }
}

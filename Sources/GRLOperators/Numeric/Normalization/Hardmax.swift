package import GRLGraph

/// 1 for the first of the largest elements along one axis, 0 for the others.
package struct Hardmax: RowwiseOperator {
    package static let spec = OperatorSpec("Hardmax", versions: 13...Int.max, inputs: 1...1, writtenVersion: 13)

    package let axis: Int

    package init(axis: Int) {
        self.axis = axis
    }

    package static func transform(_ row: inout [Double]) {
        guard let highest = row.max(), let position = row.firstIndex(of: highest) else { return }
        row = row.indices.map { $0 == position ? 1 : 0 }
    }
}

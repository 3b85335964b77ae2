package import GRLGraph

/// An operator without attributes, the same in all its versions.
package protocol AttributelessOperator: Operator {
    init()
}

extension AttributelessOperator {
    package init(_ node: inout NodeReader) { self.init() }
}

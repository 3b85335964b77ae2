package import GRLGraph

/// The sum of all inputs.
package struct Sum: VariadicOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Sum", inputs: 1...OperatorSpec.unbounded, writtenVersion: 13)
    static let inputTypes = ElementTypeClass.floatingPoint

    package init() {}

    var step: Add { Add() }
}

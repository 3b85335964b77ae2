/// An operator whose only output is its first input under another shape, on the same memory.
package protocol ViewOperator: Operator {}

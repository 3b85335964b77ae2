import GRLGraph

extension OperatorRegistry {
    /// Operators that combine the elements along axes.
    static let reductions: [any Operator.Type] = [
        ArgMax.self, ArgMin.self, CumProd.self, CumSum.self, ReduceL1.self, ReduceL2.self, ReduceLogSum.self,
        ReduceLogSumExp.self, ReduceMax.self, ReduceMean.self, ReduceMin.self, ReduceProd.self, ReduceSum.self,
        ReduceSumSquare.self,
    ]
}

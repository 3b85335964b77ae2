package import GRLGraph

extension L2Normalization: FunctionOperator {
    package static var functionBody: FunctionBody {
        let builder = FunctionBuilder(inputs: "rows")
        let rows = builder.input(0)
        let epsilon = builder.node("CastLike", builder.attribute("epsilon", .float), rows)
        let norm = builder.node("ReduceL2", rows, builder.ints([-1]), attributes: ["keepdims": .int(1)])
        return builder.body(returning: builder.node("Div", rows, builder.node("Max", norm, epsilon)))
    }
}

package import GRLGraph

extension CropToScale: FunctionOperator {
    package static var functionBody: FunctionBody {
        let builder = FunctionBuilder(inputs: "image", "reference")
        let extents = builder.dimensions(of: builder.input(1), 2, 4)
        let ends = builder.node("Mul", extents, builder.attribute("scale", .int))
        return builder.body(
            returning: builder.slice(builder.input(0), from: builder.ints([0, 0]), to: ends, axes: [2, 3]))
    }
}

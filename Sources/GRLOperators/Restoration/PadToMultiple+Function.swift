package import GRLGraph

extension PadToMultiple: FunctionOperator {
    /// Pixels are gathered along both axes, from where they are mirrored; a pixel outside becomes 0 if an axis is too
    /// short.
    package static var functionBody: FunctionBody {
        let builder = FunctionBuilder(inputs: "image")
        let image = builder.input(0)
        let rows = Axis(2, of: image, builder)
        let columns = Axis(3, of: image, builder)
        let gathered = builder.node(
            "Gather", builder.node("Gather", image, rows.sources, attributes: ["axis": .int(2)]), columns.sources,
            attributes: ["axis": .int(3)])
        let isInside = builder.node(
            "And", builder.node("Unsqueeze", rows.isInside, builder.ints([1])), columns.isInside)
        let reflects = builder.node("And", rows.reflects, columns.reflects)
        let zero = builder.node("CastLike", builder.float(0), image)
        return builder.body(
            returning: builder.node("Where", builder.node("Or", isInside, reflects), gathered, zero))
    }

    /// One of the two axes along which is padded.
    private struct Axis {
        /// For each pixel of the result, the pixel that it is taken from.
        let sources: FunctionBody.Value
        /// For each pixel of the result, whether it is one of the image.
        let isInside: FunctionBody.Value
        /// Whether the axis is long enough to be reflected.
        let reflects: FunctionBody.Value

        init(_ axis: Int, of image: FunctionBody.Value, _ builder: FunctionBuilder) {
            let (zero, one, two) = (builder.ints([0]), builder.ints([1]), builder.ints([2]))
            let extent = builder.dimensions(of: image, axis, axis + 1)
            let multiple = builder.node("Gather", builder.attribute("multiples", .ints), builder.ints([axis - 2]))
            let count = builder.node(
                "Div", builder.node("Sub", builder.node("Add", extent, multiple), one), multiple)
            let padded = builder.node("Mul", count, multiple)
            let places = builder.range(padded)
            isInside = builder.node("Less", places, extent)
            let last = builder.node("Sub", builder.node("Mul", extent, two), two)
            let mirrored = builder.node("Max", builder.node("Sub", last, places), zero)
            sources = builder.node("Where", isInside, places, mirrored)
            reflects = builder.node("Less", builder.node("Sub", padded, extent), extent)
        }
    }
}

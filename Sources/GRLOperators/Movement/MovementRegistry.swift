import GRLGraph

extension OperatorRegistry {
    /// Operators that move, select or create elements without calculating with them.
    static let movement: [any Operator.Type] = [
        CenterCropPad.self,
        Compress.self,
        Concat.self,
        Constant.self,
        ConstantOfShape.self,
        DepthToSpace.self,
        Expand.self,
        Flatten.self,
        Gather.self,
        GatherElements.self,
        GatherND.self,
        NonZero.self,
        NumberRange.self,
        Pad.self,
        Reshape.self,
        Resize.self,
        Resize10.self,
        ReverseSequence.self,
        Scatter.self,
        ScatterElements.self,
        ScatterND.self,
        ShapeOf.self,
        SizeOf.self,
        Slice.self,
        SpaceToDepth.self,
        Split.self,
        Squeeze.self,
        Tile.self,
        Transpose.self,
        Trilu.self,
        Unsqueeze.self,
        Upsample.self,
    ]
}

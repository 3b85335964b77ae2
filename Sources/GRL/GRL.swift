// The product that applications import: the public parts of the targets below it, under one name.

@_exported public import GRLImaging
@_exported public import GRLONNX
@_exported public import GRLRestoration
@_exported public import GRLRuntime
@_exported public import GRLTensor

import GRLGraph

extension OperatorRegistry {
    /// Operators that compute each output element from the input elements at the same place.
    static let elementwise: [any Operator.Type] = [
        Abs.self, Acos.self, Acosh.self, Add.self, And.self, Asin.self, Asinh.self, Atan.self, Atanh.self,
        BitCast.self, BitShift.self, BitwiseAnd.self, BitwiseNot.self, BitwiseOr.self, BitwiseXor.self, Cast.self,
        CastLike.self,
        Ceil.self, Celu.self, Clip.self, Cos.self, Cosh.self, DequantizeLinear.self, Div.self,
        DynamicQuantizeLinear.self, Elu.self, Equal.self, Erf.self, Exp.self,
        Floor.self, Gelu.self, Greater.self, GreaterOrEqual.self, HardSigmoid.self, HardSwish.self, Identity.self,
        IsInf.self, IsNaN.self, LeakyRelu.self, Less.self, LessOrEqual.self, Log.self, Max.self, Mean.self, Min.self,
        Mish.self, Mod.self, Mul.self, Neg.self, Not.self, Or.self, PRelu.self, Pow.self, QuantizeLinear.self,
        Reciprocal.self, Relu.self,
        Round.self, Selu.self, Shrink.self, Sigmoid.self, Sign.self, Sin.self, Sinh.self, Softplus.self,
        Softsign.self, Sqrt.self, Sub.self, Sum.self, Swish.self, Tan.self, Tanh.self, ThresholdedRelu.self,
        Where.self, Xor.self,
    ]
}

import CKernels

/// The float32 kernels for this processor.
enum KernelTable {
    static var unary: grl_unary_family { grl_kernels().pointee.unary }
    static var binary: grl_binary_family { grl_kernels().pointee.binary }
    static var reduce: grl_reduce_family { grl_kernels().pointee.reduce }
}

/// A float32 kernel of one operand with its parameters.
struct UnaryKernel {
    let function: grl_unary_f32
    let a: Float
    let b: Float

    init(_ function: grl_unary_f32, _ a: Float = 0, _ b: Float = 0) {
        self.function = function
        self.a = a
        self.b = b
    }
}

import CKernels

/// The kernels that layers and attention run on: their precision, and the form of their weights.
package struct ProductKernels: @unchecked Sendable, Equatable {
    // Points to a constant.
    private let pointer: UnsafePointer<grl_kernel_table>

    /// Float32 products, by the widest instructions that this processor runs.
    package static var float32: ProductKernels { ProductKernels(pointer: grl_kernels()) }

    /// Float16 products with float32 sums; nil where the processor cannot multiply in float16.
    package static var float16: ProductKernels? { grl_half_kernels().map { ProductKernels(pointer: $0) } }

    /// The results of `float16` to the bit, slowly; nil where the processor has no AVX-512.
    package static var emulatedFloat16: ProductKernels? {
        grl_kernels_named("avx512fp16-emulated").map { ProductKernels(pointer: $0) }
    }

    var convolve: grl_convolve_family { pointer.pointee.convolve }
    var winograd: grl_winograd_family { pointer.pointee.winograd }
    var attention: grl_attention_family { pointer.pointee.attention }
}

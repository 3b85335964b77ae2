// The rate at which this processor multiplies and adds: chains of multiply-adds in registers that do not wait for each
// other and touch no memory.

#if GRL_WIDTH == 16 || defined(__aarch64__)
enum { PEAK_CHAINS = 24 };
#else
enum { PEAK_CHAINS = 12 };
#endif

static void peak_multiply_add(size_t rounds, float *sum) {
    // Neither is known to the compiler; both keep the chains near 1.
    const vf factor = splat(0.5f + *sum), addend = splat(0.5f - *sum);
    vf chains[PEAK_CHAINS];
    _Pragma("clang loop unroll(full)") for (int i = 0; i < PEAK_CHAINS; i++) chains[i] = splat((float)i);
    for (size_t round = 0; round < rounds; round++) {
        _Pragma("clang loop unroll(full)") for (int i = 0; i < PEAK_CHAINS; i++) {
            chains[i] = multiply_add(chains[i], factor, addend);
        }
    }
    vf total = splat(0.0f);
    _Pragma("clang loop unroll(full)") for (int i = 0; i < PEAK_CHAINS; i++) total += chains[i];
    *sum = lanes_sum(total);
}

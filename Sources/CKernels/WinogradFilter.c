#include "include/CKernels.h"

// G g Gᵀ for every 3×3 filter g, with
//
//     G = 1  0  0
//         ½  ½  ½
//         ½ −½  ½
//         0  0  1

/// Three numbers to four; `step` floats lie between them, and `to_step` between the results.
static void spread(const double *from, size_t step, double *to, size_t to_step) {
    double even = from[0] + from[2 * step], odd = from[step];
    to[0] = from[0];
    to[to_step] = 0.5 * (even + odd);
    to[2 * to_step] = 0.5 * (even - odd);
    to[3 * to_step] = from[2 * step];
}

void grl_winograd_filter(const float *weights, size_t count, float *transformed) {
    for (size_t i = 0; i < count; i++) {
        double g[9], rows[12], u[16];
        for (size_t tap = 0; tap < 9; tap++) g[tap] = weights[tap * count + i];
        for (size_t x = 0; x < 3; x++) spread(g + x, 3, rows + x, 3);
        for (size_t y = 0; y < 4; y++) spread(rows + 3 * y, 1, u + 4 * y, 1);
        for (size_t place = 0; place < GRL_WINOGRAD_PLACES; place++) transformed[place * count + i] = (float)u[place];
    }
}

void grl_winograd_filter_inverse(const float *transformed, size_t count, float *weights) {
    static const size_t outer[2] = {0, 3};
    for (size_t i = 0; i < count; i++) {
        double u[4][4], rows[3][4];
        for (size_t place = 0; place < GRL_WINOGRAD_PLACES; place++) {
            u[place / 4][place % 4] = transformed[place * count + i];
        }
        for (size_t x = 0; x < 4; x++) {
            for (size_t y = 0; y < 2; y++) rows[2 * y][x] = u[outer[y]][x];
            rows[1][x] = u[1][x] - u[2][x];
        }
        for (size_t y = 0; y < 3; y++) {
            weights[(3 * y) * count + i] = (float)rows[y][0];
            weights[(3 * y + 1) * count + i] = (float)(rows[y][1] - rows[y][2]);
            weights[(3 * y + 2) * count + i] = (float)rows[y][3];
        }
    }
}

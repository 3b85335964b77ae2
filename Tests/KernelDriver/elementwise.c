// Functions of one and of two elements.

#include <stdio.h>
#include <string.h>

#include "check.h"

static double negated(double x) { return -x; }
static double squared(double x) { return x * x; }
static double inverse(double x) { return 1 / x; }
static double inverse_root(double x) { return 1 / sqrt(x); }
static double relu(double x) { return x < 0 ? 0 : x; }
static double leaky(double x) { return x < 0 ? 0.25 * x : x; }
static double clip(double x) { return fmin(fmax(x, -1.5), 2.5); }
static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double gelu(double x) { return 0.5 * x * erfc(-x / sqrt(2)); }
static double gelu_tanh(double x) { return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }
static double silu(double x) { return x / (1 + exp(-x)); }
static double hard_sigmoid(double x) { return fmin(fmax(0.25 * x + 0.5, 0), 1); }
static double hard_swish(double x) { return x * fmin(fmax(x / 6 + 0.5, 0), 1); }
static double affine(double x) { return 0.75 * x - 0.5; }
static double centered(double x) { return (x - 0.75) * -0.5; }

typedef struct unary_case {
    const char *name;
    grl_unary_f32 kernel;
    double (*definition)(double);
    float low, high, a, b;
    /// Of |f(x)|, or of max(1, |x|) if absolute.
    double bound;
    bool absolute;
} unary_case;

static void check_unary(const unary_case *test) {
    for (size_t i = 0; i < AWKWARD_COUNTS + 1; i++) {
        size_t count = i < AWKWARD_COUNTS ? awkward_counts[i] : 20000;
        float *x = numbers(count, test->low, test->high), *y = numbers(count, 0, 1), after = y[count];
        test->kernel(x, y, count, test->a, test->b);
        bool near = true;
        for (size_t k = 0; k < count; k++) {
            double e = test->definition(x[k]), scale = test->absolute ? fmax(1, fabs(x[k])) : fabs(e);
            near &= (float)e == y[k] || fabs(y[k] - e) <= test->bound * scale;
        }
        expect(test->name, near && y[count] == after);
        if (count > 0 && count < 20) {
            x[count - 1] = NAN;
            test->kernel(x, x, count, test->a, test->b);
            expect(test->name, isnan(x[count - 1]) && (count == 1 || x[0] == y[0]));
        }
        release();
    }
}

static double sum(double a, double b) { return a + b; }
static double difference(double a, double b) { return a - b; }
static double product(double a, double b) { return a * b; }
static double quotient(double a, double b) { return a / b; }
static double least(double a, double b) { return isnan(a) || isnan(b) ? NAN : a < b ? a : b; }
static double greatest(double a, double b) { return isnan(a) || isnan(b) ? NAN : a > b ? a : b; }

static void check_binary(const char *name, grl_binary_kernels kernels, double (*definition)(double, double)) {
    for (size_t i = 0; i < AWKWARD_COUNTS; i++) {
        size_t count = awkward_counts[i];
        float *a = numbers(count, -2, 2), *b = numbers(count, -2, 2), *y = numbers(count, 0, 1), after = y[count];
        if (count > 3) a[1] = b[2] = NAN;
        double *expected = zeros(count);
        for (size_t k = 0; k < count; k++) expected[k] = definition(a[k], b[k]);
        kernels.vector_vector(a, b, y, count);
        expect_near(name, y, expected, count, 0);
        for (size_t k = 0; k < count; k++) expected[k] = definition(a[k], b[0]);
        kernels.vector_scalar(a, b, y, count);
        expect_near(name, y, expected, count, 0);
        for (size_t k = 0; k < count; k++) expected[k] = definition(a[0], b[k]);
        kernels.scalar_vector(a, b, y, count);
        expect_near(name, y, expected, count, 0);
        expect(name, y[count] == after);
        release();
    }
}

void check_elementwise(const grl_kernel_table *table) {
    const grl_unary_family *u = &table->unary;
    const unary_case cases[] = {
        {"exp", u->exponential, exp, -87, 88.7f, 0, 0, 2.4e-7, false},
        {"log", u->logarithm, log, 1.2e-38f, 9, 0, 0, 2.4e-7, false},
        {"sqrt", u->square_root, sqrt, 0, 1e30f, 0, 0, 6e-8, false},
        {"reciprocal", u->reciprocal, inverse, 1e-3f, 1e3f, 0, 0, 6e-8, false},
        {"rsqrt", u->reciprocal_square_root, inverse_root, 1e-3f, 1e3f, 0, 0, 1.8e-7, false},
        {"negate", u->negate, negated, -9, 9, 0, 0, 0, false},
        {"absolute", u->absolute, fabs, -9, 9, 0, 0, 0, false},
        {"square", u->square, squared, -9, 9, 0, 0, 6e-8, false},
        {"floor", u->floor, floor, -9, 9, 0, 0, 0, false},
        {"ceiling", u->ceiling, ceil, -9, 9, 0, 0, 0, false},
        {"round", u->round_even, rint, -9, 9, 0, 0, 0, false},
        {"relu", u->relu, relu, -9, 9, 0, 0, 0, false},
        {"leaky relu", u->leaky_relu, leaky, -9, 9, 0.25f, 0, 6e-8, false},
        {"clip", u->clip, clip, -9, 9, -1.5f, 2.5f, 0, false},
        {"sigmoid", u->sigmoid, sigmoid, -87, 80, 0, 0, 4e-7, false},
        {"tanh", u->tanh, tanh, -12, 12, 0, 0, 3e-7, false},
        {"erf", u->erf, erf, -6, 6, 0, 0, 3e-7, false},
        {"gelu", u->gelu, gelu, -9, 9, 0, 0, 4e-7, true},
        {"gelu tanh", u->gelu_tanh, gelu_tanh, -9, 9, 0, 0, 4e-7, true},
        {"silu", u->silu, silu, -87, 80, 0, 0, 5e-7, false},
        {"hard sigmoid", u->hard_sigmoid, hard_sigmoid, -9, 9, 0.25f, 0.5f, 2e-7, true},
        {"hard swish", u->hard_swish, hard_swish, -9, 9, 0, 0, 2e-7, true},
        {"affine", u->affine, affine, -9, 9, 0.75f, -0.5f, 2e-7, true},
        {"center and scale", u->center_scale, centered, -9, 9, 0.75f, -0.5f, 2e-7, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) check_unary(&cases[i]);
    check_binary("add", table->binary.add, sum);
    check_binary("subtract", table->binary.subtract, difference);
    check_binary("multiply", table->binary.multiply, product);
    check_binary("divide", table->binary.divide, quotient);
    check_binary("minimum", table->binary.minimum, least);
    check_binary("maximum", table->binary.maximum, greatest);
}

#pragma once
// Checks of one instruction set's kernels against their definitions in float64, for processors that Swift is not built
// on: in C, so that a cross compiler and an emulator are enough.

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "CKernels.h"

/// Sizes at which vector loops change their path.
static const size_t awkward_counts[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 65, 130};
enum { AWKWARD_COUNTS = sizeof awkward_counts / sizeof awkward_counts[0] };

/// `count` reproducible numbers from `low` to `high`, and one more that kernels must not write, in memory that lives
/// until `release`.
float *numbers(size_t count, float low, float high);

/// Zeros that live until `release`.
double *zeros(size_t count);

/// Frees all numbers and zeros.
void release(void);

/// Counts a failure unless every element is within tolerance · max(1, |expected|), or both are NaN.
void expect_near(const char *what, const float *actual, const double *expected, size_t count, double tolerance);

/// Counts a failure unless the condition holds.
void expect(const char *what, bool condition);

void check_elementwise(const grl_kernel_table *table);
void check_rows(const grl_kernel_table *table);
void check_planes(const grl_kernel_table *table);
void check_layers(const grl_kernel_table *table);
void check_attention(const grl_kernel_table *table);

// kernel-driver [NAME …]: checks the kernels of the named instruction sets, or of those this processor chooses.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static const char *instruction_set;
static size_t checks, failures;

enum { MOST_BLOCKS = 1 << 12 };
static void *blocks[MOST_BLOCKS];
static size_t block_count;

static void *allocate(size_t count, size_t size) {
    void *block = block_count < MOST_BLOCKS ? calloc(count + 1, size) : NULL;
    if (!block) {
        fprintf(stderr, "kernel-driver: no memory for %zu elements\n", count);
        exit(71);
    }
    return blocks[block_count++] = block;
}

float *numbers(size_t count, float low, float high) {
    static uint64_t state = 1;
    float *list = allocate(count, sizeof(float));
    for (size_t i = 0; i <= count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        list[i] = low + (float)(state >> 40) / (float)(1 << 24) * (high - low);
    }
    return list;
}

double *zeros(size_t count) { return allocate(count, sizeof(double)); }

void release(void) {
    while (block_count > 0) free(blocks[--block_count]);
}

void expect(const char *what, bool condition) {
    checks++;
    if (condition) return;
    if (failures++ < 20) fprintf(stderr, "%s: %s\n", instruction_set, what);
}

void expect_near(const char *what, const float *actual, const double *expected, size_t count, double tolerance) {
    for (size_t i = 0; i < count; i++) {
        double y = actual[i], e = expected[i], bound = tolerance * fmax(1, fabs(e));
        if ((isnan(y) && isnan(e)) || (float)e == actual[i] || fabs(y - e) <= bound) continue;
        char text[256];
        snprintf(text, sizeof text, "%s: %.9g instead of %.9g at %zu", what, y, e, i);
        expect(text, false);
        return;
    }
    checks++;
}

static bool check(const char *name) {
    const grl_kernel_table *table = grl_kernels_named(name);
    if (!table) {
        fprintf(stderr, "kernel-driver: this processor has no kernels named '%s'\n", name);
        return false;
    }
    instruction_set = table->name;
    checks = failures = 0;
    check_elementwise(table);
    check_rows(table);
    check_planes(table);
    check_layers(table);
    check_attention(table);
    printf("%s: %zu checks, %zu failures\n", table->name, checks, failures);
    return failures == 0;
}

int main(int count, char **names) {
    bool good = count > 1 || check(grl_kernels()->name);
    for (int i = 1; i < count; i++) good &= check(names[i]);
    return good ? 0 : 1;
}

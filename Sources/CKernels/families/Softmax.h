// Softmax and log-softmax of rows. The maximum may pass over NaN, because the sum does not.

static void rows_softmax(const float *x, float *y, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
        vf highest = splat(row_maximum_of_numbers(x, columns, 0));
        vf total = splat(0.0f);
        size_t i = 0;
        for (; i + W <= columns; i += W) {
            vf e = exponential(load(x + i) - highest);
            store(y + i, e);
            total += e;
        }
        if (i < columns) {
            vf e = exponential(load_tail(x + i, columns - i, -__builtin_inff()) - highest);
            store_tail(y + i, e, columns - i);
            total += e;
        }
        vf inverse = splat(1.0f / lanes_sum(total));
        for (i = 0; i + W <= columns; i += W) store(y + i, load(y + i) * inverse);
        if (i < columns) store_tail(y + i, load_tail(y + i, columns - i, 0.0f) * inverse, columns - i);
    }
}

static void rows_log_softmax(const float *x, float *y, size_t rows, size_t columns) {
    for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
        vf highest = splat(row_maximum_of_numbers(x, columns, 0));
        vf total = splat(0.0f);
        size_t i = 0;
        for (; i + W <= columns; i += W) total += exponential(load(x + i) - highest);
        if (i < columns) total += exponential(load_tail(x + i, columns - i, -__builtin_inff()) - highest);
        vf shift = logarithm(splat(lanes_sum(total)));
        for (i = 0; i + W <= columns; i += W) store(y + i, load(x + i) - highest - shift);
        if (i < columns) store_tail(y + i, load_tail(x + i, columns - i, 0.0f) - highest - shift, columns - i);
    }
}

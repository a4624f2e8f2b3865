/* Runs the networks of the static library and prints the bits of its outputs, one a line. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t controller_packed_len(void);
size_t controller_output_len(void);
int controller_run(float *block, float *ys);
void co2_run(float *ys);

static float block[4096];
static float ys[1024];

static void print(size_t len) {
    for (size_t i = 0; i < len; i++) {
        uint32_t bits;
        memcpy(&bits, &ys[i], sizeof bits);
        printf("%08x\n", (unsigned)bits);
    }
}

int main(void) {
    size_t len = controller_output_len();
    if (controller_packed_len() > sizeof block / sizeof *block || len > sizeof ys / sizeof *ys) {
        fprintf(stderr, "the buffers are too small: %zu and %zu\n", controller_packed_len(), len);
        return 100;
    }
    int failed = controller_run(block, ys);
    if (failed) {
        return failed;
    }
    print(len);
    co2_run(ys);
    print(len / 2);
    return 0;
}

// A stack that grows without end, for the boot test that runs into the guard page.

#include "Platform.h"

__attribute__((optnone, noinline)) void raiseStackOverflow(void) {
    volatile uint8_t block[1024];
    block[0] = 1;
    raiseStackOverflow();
    block[1] = 1;
}

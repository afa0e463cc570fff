// The addresses that the boot code and the linker script define, as values.

#include "Platform.h"

#define ADDRESS_OF(symbol, function)                                                                                   \
    extern char symbol[];                                                                                              \
    uint64_t function(void) { return (uint64_t)symbol; }

ADDRESS_OF(image_start, imageStart)
ADDRESS_OF(image_end, imageEnd)
ADDRESS_OF(image_text_start, imageTextStart)
ADDRESS_OF(image_text_end, imageTextEnd)
ADDRESS_OF(metabinary_start, metabinaryStart)
ADDRESS_OF(metabinary_end, metabinaryEnd)
ADDRESS_OF(page_map_level4, pageMapLevel4)
ADDRESS_OF(page_table_pool, pageTablePool)
ADDRESS_OF(page_table_pool_end, pageTablePoolEnd)
ADDRESS_OF(main_stack_guard, mainStackGuard)
ADDRESS_OF(probe_write, probeWrite)
ADDRESS_OF(probe_write_end, probeWriteEnd)
ADDRESS_OF(probe_loss, probeLoss)
ADDRESS_OF(probe_loss_end, probeLossEnd)
ADDRESS_OF(probe_turns, probeTurns)
ADDRESS_OF(probe_turns_end, probeTurnsEnd)

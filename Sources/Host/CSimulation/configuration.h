// Configuration mechanism #1 as a processor meets it: a port that selects four bytes of configuration space, and four ports
// behind which they stand. Both kinds of runs use it.
//
// Source: PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2.

#pragma once

#include <stdbool.h>
#include <stdint.h>

// Where an address, or a port, is one.
enum { SPACE_MEMORY, SPACE_PORTS, SPACE_CONFIGURATION };

// Whether a write of a port selects: the port has 32 bits, and narrower accesses mean other devices.
static inline bool configuration_is_select(uint32_t port, int size) { return port == 0xCF8 && size == 4; }

// The place that an access of a port is about, and its space: of a data port what was selected last, if bit 31 is set.
//
// Layout: bits 23:16 bus, 15:11 device, 10:8 function, 7:0 offset.
static inline uint32_t configuration_place(uint32_t selected, uint32_t port, uint32_t *space) {
    bool is_data = port >= 0xCFC && port <= 0xCFF && selected >> 31;
    *space = is_data ? SPACE_CONFIGURATION : SPACE_PORTS;
    return is_data ? (selected & 0xFFFFFC) | (port & 3) : port;
}

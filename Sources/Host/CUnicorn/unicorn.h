// Unicorn as the module CUnicorn. CSimulation includes it from here too, so that its declarations belong to one module.

#pragma once
#include <unicorn/unicorn.h>

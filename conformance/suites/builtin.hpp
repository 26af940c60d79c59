// The suites that the program carries. `suite-pack` checks them and writes them as bytes when the program is built.
#pragma once

#include "conformance/language/pack.hpp"

namespace mcplumb {

// Defined in the file that suite-pack writes; in the order of the file names.
std::span<const PackedSuite> packed_builtin_suites();

}  // namespace mcplumb

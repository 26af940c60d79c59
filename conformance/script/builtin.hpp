// The suites that the program carries. `suite-pack` checks them and writes them as bytes when the program is built.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "conformance/script/check.hpp"

namespace mcplumb {

struct PackedSuite {
  std::string_view file;  // "sessions.yaml"
  std::string_view bytes;
};

// Defined in the generated file of the room `conformance`; in the order of the file names.
std::span<const PackedSuite> packed_builtin_suites();

// Throws std::logic_error if the bytes are not what suite-pack wrote: then the build is broken.
std::vector<Suite> unpack_suites(std::span<const PackedSuite> packed);

}  // namespace mcplumb

// SHA-256 (FIPS 180-4), for digests that a peer or a file names.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb {

std::string sha256_hex(std::string_view bytes);  // 64 small hexadecimal digits

}  // namespace mcplumb

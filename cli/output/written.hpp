// Bytes to a descriptor, all of them.
#pragma once

#include <string_view>

namespace mcplumb::cli {

// An errno; 0 = all was written. Waits where the descriptor would not.
int write_all(int fd, std::string_view bytes);

}  // namespace mcplumb::cli

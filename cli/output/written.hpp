// Bytes to a descriptor, all of them.
#pragma once

#include <string_view>

namespace mcplumb::cli {

// An errno; 0 = all was written. Waits where the descriptor would not. While nobody reads, signals end us as they end
// any program, whoever holds them (hold_signals): a reader that is stuck must not keep us from being stopped.
int write_all(int fd, std::string_view bytes);

}  // namespace mcplumb::cli

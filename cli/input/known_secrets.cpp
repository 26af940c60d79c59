#include "cli/input/known_secrets.hpp"

namespace mcplumb::cli {

Secrets& known_secrets() {
  static Secrets secrets;
  return secrets;
}

}  // namespace mcplumb::cli

#include "client/process/listeners.hpp"

#include <fstream>
#include <sstream>
#include <string>

namespace mcplumb {
namespace {

// Addresses stand there as 32-bit words in the byte order of the machine, in capital hexadecimal digits.
bool is_loopback_word(const std::string& address) {
  constexpr const char* kMapped = "0000000000000000FFFF0000";  // ::ffff:127.x.y.z
  if (address.size() == 8) return address.ends_with("7F");
  return address == "00000000000000000000000001000000" || (address.starts_with(kMapped) && address.ends_with("7F"));
}

}  // namespace

std::optional<bool> listens_beyond_loopback(int port, std::istream& table) {
  constexpr const char* kListening = "0A";
  std::optional<bool> found;
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string number, local, remote, state;
    if (!(words >> number >> local >> remote >> state) || state != kListening) continue;
    const std::size_t colon = local.find(':');
    if (colon == std::string::npos || std::stoi(local.substr(colon + 1), nullptr, 16) != port) continue;
    if (is_loopback_word(local.substr(0, colon))) return false;
    found = true;
  }
  return found;
}

std::optional<bool> listens_beyond_loopback(int port) {
  std::optional<bool> found;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream table(path);
    const std::optional<bool> here = listens_beyond_loopback(port, table);
    if (here == false) return false;
    if (here) found = here;
  }
  return found;
}

}  // namespace mcplumb

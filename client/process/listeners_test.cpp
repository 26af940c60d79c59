#include "client/process/listeners.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace mcplumb;

namespace {

std::optional<bool> beyond(int port, const std::string& rows) {
  std::istringstream table("  sl  local_address rem_address   st\n" + rows);
  return listens_beyond_loopback(port, table);
}

}  // namespace

TEST_CASE("listeners: a port is open to others if no socket is bound to a loopback address") {
  CHECK(beyond(8000, "   0: 0100007F:1F40 00000000:0000 0A 0\n") == false);
  CHECK(beyond(8000, "   0: 00000000:1F40 00000000:0000 0A 0\n") == true);
  CHECK(beyond(8000, "   0: 00000000000000000000000000000000:1F40 0:0 0A\n") == true);
  CHECK(beyond(8000, "   0: 00000000000000000000000001000000:1F40 0:0 0A\n") == false);
  CHECK(beyond(8000, "   0: 0000000000000000FFFF00000100007F:1F40 0:0 0A\n") == false);
  CHECK(beyond(8000, "   0: 00000000:1F40 0:0 0A\n   1: 0100007F:1F40 0:0 0A\n") == false);
  CHECK(beyond(8000, "   0: 00000000:1F40 0:0 01\n   1: 00000000:1F41 0:0 0A\nrubbish\n") == std::nullopt);
}

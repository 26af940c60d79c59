// Who listens on a port of this machine, as the kernel tells it.
#pragma once

#include <istream>
#include <optional>

namespace mcplumb {

// Whether the port can be reached through other addresses than the loopback ones. Read from /proc/net/tcp and tcp6;
// nothing if they cannot be read, or if nobody listens there.
std::optional<bool> listens_beyond_loopback(int port);

// The same of one table. A socket that is bound to a loopback address takes what comes there, whoever else listens.
std::optional<bool> listens_beyond_loopback(int port, std::istream& table);

}  // namespace mcplumb

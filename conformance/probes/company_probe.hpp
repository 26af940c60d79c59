// Whether a server can be asked several things at once.
#pragma once

#include <string>

#include "client/connect/session_pool.hpp"
#include "client/http/http_client.hpp"

namespace mcplumb {

// Sends some pings together. Why checks had better run one after the other, one sentence; empty = they may run side by
// side. A fast server may take one request after the other: nobody waits long for it.
std::string why_one_at_a_time(OpenSession& session, HttpClient& http, Micros deadline);

}  // namespace mcplumb

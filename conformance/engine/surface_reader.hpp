// Asks a server for all that it offers: tools, prompts, resources and resource templates, every page.
#pragma once

#include "client/http/http_client.hpp"
#include "client/session/pages.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// What the server declares it has, as many lists side by side as may be. Stops at the first that is not answered at
// all.
Surface read_surface(Session& session, HttpClient& http, const ListOptions& options, std::size_t at_once);

}  // namespace mcplumb

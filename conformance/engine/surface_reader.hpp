// Asks a server for all that it offers: tools, prompts, resources and resource templates, every page.
#pragma once

#include "client/session/pages.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// What the server declares it has. Stops at the first list that is not answered at all.
Surface read_surface(Session& session, const EventLoop& loop, const ListOptions& options);

}  // namespace mcplumb

// Asks a server for all that it offers: tools, prompts, resources and resource templates, every page.
#pragma once

#include "client/session/session.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// One list, all pages of it up to a bound.
struct Listing {
  nlohmann::json items = nlohmann::json::array();
  std::size_t pages = 0;
  bool complete = true;    // false: stopped at a bound
  bool answered = true;    // false: no response came at all
  bool no_method = false;  // the server does not know the method
  std::string problem;     // why it is not whole, one sentence; empty = it is
};
struct ListOptions {
  std::string purpose;  // for Exchange::purpose
  Micros deadline;      // span of one request
};
// `method` is one of tools/list, prompts/list, resources/list and resources/templates/list.
Listing read_list(Session& session, const EventLoop& loop, const std::string& method, const ListOptions& options);

// What the server declares it has. Stops at the first list that is not answered at all.
Surface read_surface(Session& session, const EventLoop& loop, const ListOptions& options);

}  // namespace mcplumb

#include "conformance/engine/surface_reader.hpp"

#include "client/jsonrpc/message.hpp"

namespace mcplumb {

Surface read_surface(Session& session, const EventLoop& loop, const ListOptions& options) {
  Surface surface;
  const nlohmann::json* capabilities = member(session.opening().result, "capabilities");
  if (capabilities != nullptr) surface.capabilities = *capabilities;
  const std::pair<const char*, nlohmann::json*> lists[] = {{"tools/list", &surface.tools},
                                                           {"prompts/list", &surface.prompts},
                                                           {"resources/list", &surface.resources},
                                                           {"resources/templates/list", &surface.templates}};
  for (const auto& [name, place] : lists) {
    const std::string method = name;
    if (member(surface.capabilities, method.substr(0, method.find('/'))) == nullptr || loop.stopped()) continue;
    Listing listing = read_list(session, loop, method, options);
    // Not having templates, and saying so by -32601, is common and nowhere forbidden.
    if (listing.no_method && place == &surface.templates) continue;
    if (listing.problem.empty()) *place = std::move(listing.items);
    if (!listing.problem.empty()) surface.problems.push_back(std::move(listing.problem));
    if (!listing.complete) surface.problems.push_back(method + " has more pages than were read");
    if (!listing.answered) break;
  }
  return surface;
}

}  // namespace mcplumb

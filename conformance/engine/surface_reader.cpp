#include "conformance/engine/surface_reader.hpp"

#include <algorithm>
#include <array>

#include "client/jsonrpc/message.hpp"
#include "client/strands.hpp"

namespace mcplumb {
namespace {

struct ListOfSurface {
  std::string method;
  KeptMessage Surface::*place;
  Listing listing{};
  bool is_read = false;
};

// What could not be read while other lists were being read says nothing: it is read again.
void read_side_by_side(std::vector<ListOfSurface>& lists, Session& session, EventLoop& loop, const ListOptions& options,
                       std::size_t at_once, Trace& trace) {
  std::vector<std::function<void()>> work;
  for (ListOfSurface& list : lists)
    work.emplace_back([&] {
      const std::size_t first = trace.exchanges.size();
      list.listing = read_list(session, loop, list.method, options);
      list.is_read = list.listing.problem.empty() || list.listing.no_method;
      for (std::size_t number = first; !list.is_read && number < trace.exchanges.size(); ++number)
        if (Exchange& sent = trace.exchanges[number]; string_member(sent.message, "method") == list.method)
          sent.deliberate = true;
    });
  side_by_side(loop, work, at_once);
}

}  // namespace

Surface read_surface(Session& session, HttpClient& http, const ListOptions& options, std::size_t at_once) {
  Surface surface;
  const nlohmann::json* capabilities = member(session.opening().result, "capabilities");
  if (capabilities != nullptr) surface.capabilities = *capabilities;
  std::vector<ListOfSurface> lists = {{"tools/list", &Surface::tools},
                                      {"prompts/list", &Surface::prompts},
                                      {"resources/list", &Surface::resources},
                                      {"resources/templates/list", &Surface::templates}};
  const auto is_missing = [&](const ListOfSurface& list) {
    return member(surface.capabilities, list.method.substr(0, list.method.find('/'))) == nullptr;
  };
  lists.erase(std::remove_if(lists.begin(), lists.end(), is_missing), lists.end());
  if (at_once > 1 && lists.size() > 1) read_side_by_side(lists, session, http.loop(), options, at_once, http.trace());
  for (ListOfSurface& list : lists) {
    if (!list.is_read && http.loop().stopped()) continue;
    if (!list.is_read) list.listing = read_list(session, http.loop(), list.method, options);
    Listing& listing = list.listing;
    const bool has_more = !listing.complete && listing.problem.empty();
    // Not having templates, and saying so by -32601, is common and nowhere forbidden.
    if (listing.no_method && list.place == &Surface::templates) continue;
    if (listing.problem.empty()) surface.*list.place = std::move(listing.items);
    if (!listing.problem.empty()) surface.problems.push_back(std::move(listing.problem));
    if (has_more)
      surface.problems.push_back(list.method + " has more pages than were read" +
                                 (listing.bound.empty() ? "" : ": " + listing.bound));
    if (!listing.answered) break;
  }
  return surface;
}

}  // namespace mcplumb

#include "conformance/engine/surface_reader.hpp"

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kPages = 50;
constexpr std::size_t kItems = 10'000;

std::string root_of(const std::string& method) {
  return method == "resources/templates/list" ? "resourceTemplates" : method.substr(0, method.find('/'));
}

// Why an answer holds no list, one sentence.
std::string missing_list(const std::string& method, const Answer& answer, const nlohmann::json* error) {
  if (error != nullptr) return method + " was answered with the error " + shortened(serialize(*error), 100);
  if (answer.received) return method + " was answered without a list " + root_of(method);
  return answer.problem;
}

}  // namespace

Listing read_list(Session& session, const EventLoop& loop, const std::string& method, const ListOptions& options) {
  Listing listing;
  nlohmann::json params;
  RequestOptions request;
  request.purpose = options.purpose;
  while (listing.complete) {
    request.deadline = loop.now() + options.deadline;
    const Answer answer = session.request(method, params, request);
    const nlohmann::json* result = answer.received ? member(session.response(answer), "result") : nullptr;
    const nlohmann::json* list = result != nullptr ? member(*result, root_of(method)) : nullptr;
    if (list == nullptr || !list->is_array()) {
      const nlohmann::json* error = answer.received ? member(session.response(answer), "error") : nullptr;
      const nlohmann::json* code = answer.received ? error_code(session.response(answer)) : nullptr;
      listing.no_method = code != nullptr && *code == -32601;
      listing.answered = answer.received.has_value();
      listing.problem = missing_list(method, answer, error);
      return listing;
    }
    listing.items.insert(listing.items.end(), list->begin(), list->end());
    ++listing.pages;
    const nlohmann::json* cursor = member(*result, "nextCursor");
    if (cursor == nullptr || !cursor->is_string()) break;
    listing.complete = listing.pages < kPages && listing.items.size() < kItems;
    params = {{"cursor", *cursor}};
  }
  return listing;
}

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

#include "conformance/language/view_paths.hpp"

#include <algorithm>
#include <array>

namespace mcplumb {
namespace {

constexpr std::string_view kEventKeys[] = {"type",  "id",       "data",    "json",   "retry",
                                           "at-ms", "has-data", "comment", "problem"};
constexpr std::string_view kTimingKeys[] = {"headers-ms", "first-event-ms",         "response-ms",
                                            "total-ms",   "open-after-response-ms", "largest-gap-ms"};
constexpr std::string_view kStreamKeys[] = {"sse", "ended-by", "has-ids", "events-seen"};
constexpr std::string_view kFailureKeys[] = {"kind", "message"};
constexpr std::string_view kRequestPathKeys[] = {"method", "id", "params", "http-method", "header", "revision"};
constexpr std::string_view kSessionKeys[] = {"id", "revision", "proposed", "capabilities", "initialized"};
constexpr std::string_view kServerKeys[] = {"capabilities", "info"};
constexpr std::string_view kProcessKeys[] = {"running", "exit-status",    "signal",     "terminated",
                                             "killed",  "ended-after-ms", "stderr-size"};

constexpr unsigned seen_in(View view) { return 1U << static_cast<unsigned>(view); }
constexpr unsigned kInWaited = seen_in(View::waited), kInPages = seen_in(View::pages);
constexpr unsigned kInExchange = seen_in(View::exchange) | kInWaited | kInPages;  // `wait` and `pages` only add to it
constexpr unsigned kInMessage = seen_in(View::message), kInBoth = kInExchange | kInMessage;

struct Root {
  std::string_view name;
  unsigned views;  // bits of seen_in
  Words below;     // empty: anything
};

constexpr Root kRoots[] = {
    {"status", kInExchange, {}},
    {"reason", kInExchange, {}},
    {"header", kInExchange, {}},
    {"media-type", kInExchange, {}},
    {"body", kInExchange, {}},
    {"body-size", kInExchange, {}},
    {"json", kInExchange, {}},
    {"message", kInBoth, {}},
    {"kind", kInMessage, {}},
    {"method", kInMessage, {}},
    {"id", kInMessage, {}},
    {"params", kInMessage, {}},
    {"result", kInBoth, {}},
    {"error", kInBoth, {}},
    {"problem", kInMessage, {}},
    {"misframing", kInMessage, {}},
    {"messages", kInExchange, {}},
    {"events", kInExchange, {}},
    {"comments", kInExchange, {}},
    {"unfinished", kInExchange, {}},
    {"timing", kInExchange, kTimingKeys},
    {"stream", kInExchange, kStreamKeys},
    {"failure", kInExchange, kFailureKeys},
    {"utf8", kInExchange, {}},
    {"on", kInMessage, {}},
    {"request", kInBoth, kRequestPathKeys},
    {"session", kInBoth, kSessionKeys},
    {"server", kInBoth, kServerKeys},
    {"var", kInExchange, {}},
    {"seen", kInExchange, {}},
    {"input-responses", kInExchange, {}},
    {"transport", kInExchange, {}},
    {"process", kInExchange, kProcessKeys},
    {"took", kInExchange, {}},
    {"text", kInBoth, {}},
    {"words", kInExchange, {}},
    {"event", kInWaited, kEventKeys},
    {"items", kInPages, {}},
    {"pages", kInPages, {}},
    {"page-items", kInPages, {}},
    {"page-results", kInPages, {}},
    {"repeated-page", kInPages, {}},
    {"cursors", kInPages, {}},
    {"ended", kInPages, {}},
    {"last", kInPages, {}},
};

constexpr std::size_t count_in(View view) {
  return static_cast<std::size_t>(std::count_if(std::begin(kRoots), std::end(kRoots),
                                                [&](const Root& root) { return (root.views & seen_in(view)) != 0; }));
}

template <View view>
constexpr auto kRootsOf = [] {
  std::array<std::string_view, count_in(view)> names;
  std::size_t next = 0;
  for (const Root& root : kRoots)
    if ((root.views & seen_in(view)) != 0) names[next++] = root.name;
  return names;
}();

}  // namespace

Words path_roots(View view) {
  switch (view) {
    case View::exchange:
      return kRootsOf<View::exchange>;
    case View::waited:
      return kRootsOf<View::waited>;
    case View::pages:
      return kRootsOf<View::pages>;
    case View::event:
      return kEventKeys;
    case View::message:
      return kRootsOf<View::message>;
    case View::element:
      break;
  }
  return {};
}

Words keys_below(std::string_view root) {
  const auto row =
      std::find_if(std::begin(kRoots), std::end(kRoots), [&](const Root& each) { return each.name == root; });
  return row == std::end(kRoots) ? Words() : row->below;
}

}  // namespace mcplumb

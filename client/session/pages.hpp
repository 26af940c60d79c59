// Lists that come in pages: follows nextCursor within bounds, whoever sends the requests.
// https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/pagination
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "client/loop.hpp"
#include "client/session/session.hpp"

namespace mcplumb {

// The member of a result that holds the list: "tools" of tools/list, "resourceTemplates" of resources/templates/list.
std::string list_member(std::string_view method);

struct PageBounds {
  std::size_t pages = 50, items = 10'000;
};

// Where a list stands, page by page. Sends nothing.
class PageWalk {
 public:
  explicit PageWalk(std::string_view method, PageBounds bounds = {}) : member_(list_member(method)), bounds_(bounds) {}

  enum class Found { page, no_list };
  // Looks at the result of one page; null: there is none.
  Found take(const nlohmann::json* result);
  bool wants_more() const { return more_ && !at_bound() && !in_circle_; }
  nlohmann::json params() const;  // of the next request; null for the first

  bool ended() const { return !more_; }                // the last page named no further one
  bool at_bound() const { return !bound_.empty(); }    // there are more pages than were wanted
  const std::string& bound() const { return bound_; }  // "more than 50 pages, mcplumb's own limit"
  bool in_circle() const { return in_circle_; }  // a page names one that came before as the next, or is the first again
  bool odd() const { return odd_; }              // the last page names a next one, but not as text
  std::size_t pages() const { return pages_; }
  const nlohmann::json& cursor() const { return cursor_; }  // that the last page named; null without one
  const nlohmann::json& page() const { return *page_; }     // the list of the last page; lives as long as its result

 private:
  std::string member_;
  PageBounds bounds_;
  nlohmann::json cursor_;
  std::set<std::size_t> named_;  // hashes of the cursors so far
  std::size_t first_ = 0;        // hash of the first page
  const nlohmann::json* page_ = nullptr;
  std::size_t pages_ = 0, items_ = 0;
  bool more_ = true, in_circle_ = false, odd_ = false;
  std::string bound_;
};

// One list, all pages of it up to the bounds.
struct Listing {
  KeptMessage items;                 // an array, if it is whole
  std::size_t pages = 0, count = 0;  // of items
  bool complete = true;              // false: stopped at a bound
  bool answered = true;              // false: no response came at all
  bool no_method = false;            // the server does not know the method
  bool cut = false;                  // a bound of ours, in bytes
  Answer last;                       // to the last request
  std::string bound;                 // of ours, that there was more behind; empty: none was met
  std::string problem;               // why it is not whole, one sentence; empty = it is
};
struct ListOptions {
  std::string purpose;  // for Exchange::purpose
  Micros deadline;      // span of one request
  PageBounds bounds{};
  // Shown each item as it comes; then none are kept in the Listing.
  std::function<void(const nlohmann::json& item)> each{};
};
// `method` is one of tools/list, prompts/list, resources/list and resources/templates/list. Runs the loop.
Listing read_list(Session& session, const EventLoop& loop, const std::string& method, const ListOptions& options);

}  // namespace mcplumb

#include "client/session/pages.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kCursorMost = 64 * 1024;  // bytes; it is sent back, and kept with what was sent

// Why an answer holds no list, one sentence.
std::string missing_list(const std::string& method, const Answer& answer, const nlohmann::json* error) {
  if (error != nullptr) return method + " was answered with the error " + shortened(serialize(*error), 100);
  if (answer.received) return method + " was answered without a list " + list_member(method);
  return answer.problem;
}

// Of each that was not taken yet.
bool takes_copies(Session& session, std::vector<Answer>& answers) {
  for (; !answers.empty(); answers.pop_back())
    if (!session.take_copy(answers.back())) return false;
  return true;
}

}  // namespace

std::string list_member(std::string_view method) {
  return method == "resources/templates/list" ? "resourceTemplates" : std::string(method.substr(0, method.find('/')));
}

PageWalk::Found PageWalk::take(const nlohmann::json* result) {
  page_ = result != nullptr ? member(*result, member_) : nullptr;
  cursor_ = nullptr;
  if (page_ == nullptr || !page_->is_array()) return Found::no_list;
  items_ += page_->size();
  ++pages_;
  const nlohmann::json* next = member(*result, "nextCursor");
  more_ = next != nullptr && next->is_string();
  odd_ = next != nullptr && !more_ && !next->is_null();
  in_circle_ = false;
  bound_.clear();
  if (!more_) return Found::page;
  const std::size_t hash = std::hash<nlohmann::json>()(*page_);
  const bool again = pages_ > 1 && !page_->empty() && hash == first_;
  if (pages_ == 1) first_ = hash;
  in_circle_ = !named_.insert(std::hash<nlohmann::json>()(*next)).second || again;
  cursor_ = *next;
  if (pages_ >= bounds_.pages) bound_ = more_than_own_limit(bounds_.pages, "pages");
  if (items_ >= bounds_.items) bound_ = more_than_own_limit(bounds_.items, "elements");
  if (next->get_ref<const std::string&>().size() > kCursorMost)
    bound_ = "a cursor of " + more_than_own_limit(whole_size(kCursorMost));
  return Found::page;
}

nlohmann::json PageWalk::params() const {
  return cursor_.is_null() ? nlohmann::json() : nlohmann::json{{"cursor", cursor_}};
}

Listing read_list(Session& session, const EventLoop& loop, const std::string& method, const ListOptions& options) {
  Listing listing;
  PageWalk walk(method, options.bounds);
  RequestOptions request;
  request.purpose = options.purpose;
  std::vector<KeptMessage> pages;
  std::vector<Answer> copied;  // of several pages all will be
  while (walk.wants_more()) {
    request.deadline = loop.now() + options.deadline;
    listing.last = session.request(method, walk.params(), request);
    const nlohmann::json& response = session.response(listing.last);
    if (walk.take(listing.last.received ? member(response, "result") : nullptr) == PageWalk::Found::page) {
      listing.count += walk.page().size();
      if (options.each) {
        for (const nlohmann::json& item : walk.page()) options.each(item);
        continue;
      }
      pages.push_back(session.kept_response(listing.last).part(walk.page()));
      copied.push_back(listing.last);
      if (pages.size() == 1 || takes_copies(session, copied)) continue;
      listing.problem = method + " was not read to its end: " + session.too_much();
      listing.cut = true;
      break;
    }
    const nlohmann::json* code = listing.last.received ? error_code(response) : nullptr;
    listing.no_method = code != nullptr && *code == kMethodNotFound;
    listing.answered = listing.last.received.has_value();
    listing.problem = missing_list(method, listing.last, listing.answered ? member(response, "error") : nullptr);
    break;
  }
  if (walk.in_circle())
    listing.problem =
        method + " goes in circles: page " + std::to_string(walk.pages()) + " leads back to one that came before";
  if (listing.problem.empty() && !options.each) listing.items = put_together(session.messages(), pages);
  listing.pages = walk.pages();
  listing.bound = walk.bound();
  listing.complete = !walk.at_bound() && !walk.in_circle() && !walk.odd() && !listing.cut;
  return listing;
}

}  // namespace mcplumb

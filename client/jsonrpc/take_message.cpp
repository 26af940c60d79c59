#include "client/jsonrpc/take_message.hpp"

#include <algorithm>
#include <vector>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kWorthSharing = 1024;  // bytes of text
constexpr std::size_t kSmall = 16 * 1024;    // of a value in memory
constexpr std::size_t kLongestId = 256;      // that a message which shares another one has beside it
constexpr std::size_t kKnownKept = 256, kKnownBytes = 4 * 1024 * 1024;

// Behind the string that begins at `at`; npos if it does not end.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string_view::npos || text[at] == '"') break;
    ++at;
  }
  return at < text.size() ? at + 1 : std::string_view::npos;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

// An equal one that came before, with the id of this one. Null: there is none.
KeptMessage recall(const MessageStore& store, std::string_view text) {
  for (const MessageStore::Known& known : store.known) {
    const std::size_t around = known.before.size() + known.after.size();
    const std::shared_ptr<nlohmann::json> value = known.value.lock();
    if (!value || text.size() <= around || text.size() - around > kLongestId || !text.starts_with(known.before) ||
        !text.ends_with(known.after))
      continue;
    Result<nlohmann::json> id = parse_json(text.substr(known.before.size(), text.size() - around), {}, nullptr);
    if (id && id->is_primitive()) return {value, std::move(*id), known.size};
  }
  return {};
}

void remember(MessageStore& store, std::string_view text, KeptMessage& message) {
  const TextRange id = range_of_id(text);
  if (id.begin == std::string_view::npos || !message.is_object() || text.size() > kKnownBytes) return;
  if (id.end - id.begin > kLongestId) return;
  while (!store.known.empty() && (store.known.size() >= kKnownKept || store.known_bytes + text.size() > kKnownBytes)) {
    store.known_bytes -= store.known.front().before.size() + store.known.front().after.size();
    store.known.pop_front();
  }
  store.known.push_back({std::string(text.substr(0, id.begin)), std::string(text.substr(id.end)),
                         message.share(*member(message, "id")), message.bytes_of_copy()});
  store.known_bytes += store.known.back().before.size() + store.known.back().after.size();
}

}  // namespace

TextRange range_of_id(std::string_view object) {
  constexpr std::size_t kNone = std::string_view::npos;
  TextRange found;
  int depth = 0;
  for (std::size_t at = object.find_first_of("{[\""); at != kNone;) {
    const char c = object[at];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != '"') {
      at = object.find_first_of("{}[]\"", at + 1);
      continue;
    }
    const std::size_t end = end_of_string(object, at);
    if (end == kNone) break;  // it breaks off
    const bool is_id = depth == 1 && object.substr(at, end - at) == "\"id\"";
    at = is_id ? skip_blanks(object, end) : end;
    if (is_id && at < object.size() && object[at] == ':') {
      if (found.begin != kNone) return {};
      found.begin = skip_blanks(object, at + 1);
      if (found.begin >= object.size()) return {};
      found.end = object[found.begin] == '"' ? end_of_string(object, found.begin)
                                             : object.find_first_of(",} \t\r\n", found.begin);
      if (found.end == kNone) return {};
      at = found.end;
    }
    at = object.find_first_of("{}[]\"", at);
  }
  return found.begin == kNone ? TextRange() : found;
}

nlohmann::json id_of_broken(std::string_view response) {
  if (!response.starts_with('{') || response.find("\"method\"") != response.npos) return nullptr;
  const TextRange range = range_of_id(response);
  if (range.begin == std::string_view::npos) return nullptr;
  Result<nlohmann::json> id = parse_json(response.substr(range.begin, range.end - range.begin), {}, nullptr);
  if (!id || id->is_null() || id->is_structured()) return nullptr;
  return {{"id", std::move(*id)}};
}

TakenMessage take_message(MessageStore& store, std::string_view text, std::size_t text_max) {
  TakenMessage taken;
  const bool may_be_shared = text.size() >= kWorthSharing;
  if (may_be_shared) taken.value = recall(store, text);
  if (!taken.value.is_null()) return taken;
  const std::size_t most = std::max(text_max * MessageStore::kTextsToTree, kSmall);
  store.all.raise_to(most);
  std::vector<std::string> duplicates;
  JsonLimits limits;
  limits.memory = std::min(most, std::max(store.all.left(), kSmall));
  std::size_t memory = 0;
  Result<nlohmann::json> parsed = parse_json(text, limits, &duplicates, &memory);
  const bool fits = (memory <= kSmall && store.small_ones.take(memory)) || store.all.take(memory);
  if ((!parsed && parsed.error().own_limit) || !fits) {
    const bool too_deep = !parsed && memory <= limits.memory;
    taken.overflow = too_deep                ? "one message is " + parsed.error().what
                     : limits.memory == most ? "one message takes " + more_memory_than_own_limit(most)
                                             : overflow_of(store);
    return taken;
  }
  if (!parsed) {
    taken.problem = parsed.error().what;
    return taken;
  }
  taken.value = KeptMessage(std::move(*parsed), memory);
  if (!duplicates.empty())
    taken.problem = "duplicate key \"" + duplicates.front() + "\"";
  else if (may_be_shared && !taken.value.is_null())
    remember(store, text, taken.value);
  return taken;
}

std::string overflow_of(const MessageStore& store) {
  return "the messages of one run take " + more_memory_than_own_limit(store.all.whole());
}

}  // namespace mcplumb

#include "client/jsonrpc/message.hpp"

#include <algorithm>

#include "client/no_memory.hpp"
#include "client/text/printable.hpp"
#include "client/text/utf8.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// Builds the value itself, so that depth is bounded before anything is nested and duplicate keys are seen.
class Builder final : public nlohmann::json_sax<json> {
 public:
  Builder(JsonLimits limits, std::vector<std::string>* duplicates) : limits_(limits), duplicates_(duplicates) {}
  ~Builder() override { take_apart(root); }  // what was not taken
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override {
    if (value.size() > kWorthShrinking) value.shrink_to_fit();  // it has grown by doubling
    memory += kOfText + on_heap(value);
    return put(std::move(value));
  }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override {
    memory += kOfObject;
    return open(json::object());
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override {
    memory += kOfArray;
    return open(json::array());
  }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (duplicates_ != nullptr && open_.back()->contains(name) && duplicates_->size() < 16)
      duplicates_->push_back(name);
    key_ = std::move(name);
    memory += kOfMember + on_heap(key_);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& problem) override {
    position_ = position;
    problem_ = problem.what();
    return false;
  }

  json root;
  std::string problem_;
  std::size_t position_ = 0;
  bool too_deep = false, too_large = false;
  std::size_t memory = 0;  // that the value takes so far, about

 private:
  // What nlohmann's value types take, with what the allocator adds.
  static constexpr std::size_t kSmall = 256 * 1024;
  static constexpr std::size_t kOfText = 48, kOfObject = 64, kOfArray = 40, kOfElement = 24, kOfMember = 96;
  static constexpr std::size_t kWorthShrinking = 1024;  // bytes of a text
  static std::size_t on_heap(const std::string& text) {
    constexpr std::size_t kWithin = 15, kAllocator = 16;
    return text.size() > kWithin ? text.size() + kAllocator : 0;
  }

  json* place(json value) {
    if (open_.empty()) {
      root = std::move(value);
      return &root;
    }
    json& parent = *open_.back();
    if (parent.is_array()) {
      memory += kOfElement;
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }

  bool put(json value) {
    if (!has_room()) return false;
    place(std::move(value));
    return true;
  }

  bool has_room() {
    // What is small is read by what brings a run to its end, too: that may use what is held back.
    if (memory > kSmall) check_memory();
    too_large = memory > limits_.memory;
    return !too_large;
  }

  bool open(json empty) {
    if (!has_room()) return false;
    if (open_.size() >= limits_.depth) {
      too_deep = true;
      return false;
    }
    // A pointer into an array stays good: while a child is open nothing is added to its parent.
    open_.push_back(place(std::move(empty)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  JsonLimits limits_;
  std::vector<std::string>* duplicates_;
  std::vector<json*> open_;
  std::string key_;
};

// What stands around the byte where reading stopped.
std::string surroundings(std::string_view text, std::size_t position) {
  const std::size_t at = std::min(text.size(), position > 0 ? position - 1 : 0);
  const std::size_t from = at > 20 ? at - 20 : 0;
  return shortened(text.substr(from, 40), 60);
}

// Without what was read last, which `surroundings` shows.
std::string reason(const std::string& what) {
  std::string text(reason_of_parser(what));
  if (const std::size_t last = text.find("; last read"); last != std::string::npos) text.resize(last);
  return text;
}

// Whether a string in the text, or what is blank between two values, is longer than nlohmann should hold: it keeps all
// of it, and repeats it in what it says about a mistake, some nine times as long where it is blank.
bool has_longer_token(std::string_view text, std::size_t most) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto ends = [&](std::size_t at) { return std::min(at, text.size()); };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begun = at;
    if (kBlank.find(text[at]) != kBlank.npos) {
      at = ends(text.find_first_not_of(kBlank, at));
      if (at - begun > most / 8) return true;
    } else if (text[at++] == '"') {
      while ((at = ends(text.find_first_of("\"\\", at))) < text.size() && text[at] == '\\') at = ends(at + 2);
      if (++at - begun > most) return true;
    }
  }
  return false;
}

}  // namespace

std::string_view reason_of_parser(std::string_view what) {
  for (const std::string_view head : {": ", "] "})
    if (const std::size_t end = what.find(head); end != what.npos) return what.substr(end + head.size());
  return what;
}

Result<json> parse_json(std::string_view text, JsonLimits limits, std::vector<std::string>* duplicate_keys,
                        std::size_t* memory) {
  if (text.starts_with("\xEF\xBB\xBF"))
    return failure("the text starts with a byte order mark, which JSON does not allow");
  if (text.empty()) return failure("the text is empty");
  if (text.size() > limits.text || (limits.token / 8 < text.size() && has_longer_token(text, limits.token)))
    return tl::make_unexpected(Error{"it is larger than " + whole_size(limits.text) + ", or has a text of more than " +
                                         whole_size(limits.token) + ", " + std::string(kOwnLimit) +
                                         std::string(limits.cure),
                                     "", true});
  Builder builder(limits, duplicate_keys);
  const bool fine = json::sax_parse(text.begin(), text.end(), &builder);
  if (memory != nullptr) *memory = builder.memory;
  // To the parser it is the end of the text.
  if (const std::size_t nul = text.find('\0'); fine && nul != text.npos)
    return failure("a NUL character at byte " + std::to_string(nul + 1) + ", which JSON does not allow, near " +
                   surroundings(text, nul + 1));
  if (fine) return std::move(builder.root);
  if (builder.too_large)
    return tl::make_unexpected(Error{"it takes " + more_memory_than_own_limit(limits.memory, limits.cure), "", true});
  if (builder.too_deep)
    return tl::make_unexpected(
        Error{"nested deeper than " + std::to_string(limits.depth) + " levels, " + std::string(kOwnLimit), "", true});
  return failure(shortened(reason(builder.problem_), 300) + " at byte " + std::to_string(builder.position_) + " near " +
                 surroundings(text, builder.position_));
}

std::string serialize(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

const json* member(const json& value, std::string_view name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() ? nullptr : &*found;
}

std::string_view string_member(const json& value, std::string_view name) {
  const json* found = member(value, name);
  return found != nullptr && found->is_string() ? std::string_view(found->get_ref<const std::string&>())
                                                : std::string_view();
}

const nlohmann::json& part_at(const nlohmann::json& value, std::initializer_list<std::string_view> path) {
  static const nlohmann::json kNone;
  const nlohmann::json* at = &value;
  for (const std::string_view name : path)
    if ((at = member(*at, name)) == nullptr) return kNone;
  return *at;
}

const nlohmann::json* error_code(const nlohmann::json& response) {
  const nlohmann::json* error = member(response, "error");
  return error != nullptr ? member(*error, "code") : nullptr;
}

json make_request(json id, std::string_view method, json params) {
  json message = {{"jsonrpc", "2.0"}, {"id", std::move(id)}, {"method", method}};
  if (!params.is_null()) message["params"] = std::move(params);
  return message;
}

json make_notification(std::string_view method, json params) {
  json message = {{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.is_null()) message["params"] = std::move(params);
  return message;
}

std::string shortened(std::string_view text, std::size_t longest) {
  std::string out;
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters >= longest) return out + "…";
    const CodePoint next = first_code_point(text);
    out += printable_on_line(next);
    text.remove_prefix(next.bytes.size());
  }
  return out;
}

bool is_request(const nlohmann::json& message) {
  return message.is_object() && message.contains("method") && message.contains("id");
}

bool may_be_sent_again(const json& message) {
  static constexpr std::string_view kMethods[] = {"initialize",
                                                  "server/discover",
                                                  "ping",
                                                  "tools/list",
                                                  "resources/list",
                                                  "resources/templates/list",
                                                  "resources/read",
                                                  "prompts/list",
                                                  "prompts/get",
                                                  "completion/complete",
                                                  "logging/setLevel",
                                                  "resources/subscribe",
                                                  "resources/unsubscribe",
                                                  "notifications/initialized",
                                                  "notifications/cancelled"};
  return std::find(std::begin(kMethods), std::end(kMethods), string_member(message, "method")) != std::end(kMethods);
}

bool same_id(const nlohmann::json& a, const nlohmann::json& b) { return a == b && a.is_string() == b.is_string(); }

}  // namespace mcplumb

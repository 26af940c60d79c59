#include "conformance/language/excerpt.hpp"

#include <nlohmann/json.hpp>

namespace mcplumb {
namespace {

using nlohmann::json;

// Writes until the length is used up, then stops everywhere.
class Excerpt {
 public:
  explicit Excerpt(std::size_t longest) : longest_(longest) {}

  void write(const json& value, int depth) {
    if (full()) return;
    if (value.is_object()) {
      write_object(value, depth);
    } else if (value.is_array()) {
      write_array(value, depth);
    } else if (value.is_string()) {
      write_string(value.get_ref<const std::string&>());
    } else {
      out_ += value.dump();
    }
  }

  std::string finish() && {
    if (out_.size() <= longest_) return std::move(out_);
    std::size_t end = longest_;
    while (end > 0 && (static_cast<unsigned char>(out_[end]) & 0xC0) == 0x80) --end;
    return out_.substr(0, end) + "…";
  }

 private:
  bool full() const { return out_.size() > longest_; }

  void write_string(const std::string& text) {
    const std::size_t room = longest_ + 8 - std::min(out_.size(), longest_);
    std::size_t end = std::min(room, text.size());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    out_ += json(text.substr(0, end)).dump(-1, ' ', false, json::error_handler_t::replace);
  }

  void write_array(const json& list, int depth) {
    if (depth == 0) return void(out_ += "[…]");
    out_ += '[';
    for (auto it = list.begin(); it != list.end() && !full(); ++it) {
      if (it != list.begin()) out_ += ',';
      write(*it, depth - 1);
    }
    out_ += ']';
  }

  void write_object(const json& map, int depth) {
    if (depth == 0) return void(out_ += "{…}");
    out_ += '{';
    for (auto it = map.begin(); it != map.end() && !full(); ++it) {
      if (it != map.begin()) out_ += ',';
      write_string(it.key());
      out_ += ':';
      write(*it, depth - 1);
    }
    out_ += '}';
  }

  std::size_t longest_;
  std::string out_;
};

constexpr int kDeepestShown = 40;

}  // namespace

std::string excerpt(const json& value, std::size_t longest) {
  Excerpt excerpt(longest);
  excerpt.write(value, kDeepestShown);
  return std::move(excerpt).finish();
}

}  // namespace mcplumb

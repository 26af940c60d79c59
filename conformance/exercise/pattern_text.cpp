#include "conformance/exercise/pattern_text.hpp"

#include <algorithm>
#include <charconv>

#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kTextMax = 10'000;
constexpr int kNestingMax = 30;

class PatternReader {
 public:
  explicit PatternReader(std::string_view expression) : rest_(expression) {}

  std::optional<std::string> read() {
    std::optional<std::string> text = alternatives();
    return text && rest_.empty() ? text : std::nullopt;
  }

 private:
  bool take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  // The first; the others are read and dropped.
  std::optional<std::string> alternatives() {
    if (++nesting_ > kNestingMax) return std::nullopt;
    std::optional<std::string> first = sequence();
    while (first && take("|"))
      if (!sequence()) first.reset();
    --nesting_;
    return first;
  }

  std::optional<std::string> sequence() {
    std::string text;
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      if (take("^") || take("$") || take("\\b")) continue;
      const std::optional<std::string> part = atom();
      const std::optional<std::size_t> times = part ? quantifier() : std::nullopt;
      if (!times || text.size() + part->size() * *times > kTextMax) return std::nullopt;
      for (std::size_t i = 0; i < *times; ++i) text += *part;
    }
    return text;
  }

  std::optional<std::string> atom() {
    if (take("(")) {
      if (take("?") && !take(":")) return std::nullopt;  // looks ahead or back, or has a name
      std::optional<std::string> inside = alternatives();
      return inside && take(")") ? inside : std::nullopt;
    }
    if (take("[")) return one_of_class();
    if (take("\\")) return escaped();
    if (take(".")) return "x";
    const std::size_t length = utf8_length(rest_);
    if (length == 0 || std::string_view("*+?{").find(rest_.front()) != std::string_view::npos) return std::nullopt;
    std::string character(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return character;
  }

  std::optional<std::string> escaped() {
    if (rest_.empty()) return std::nullopt;
    const char kind = rest_.front();
    rest_.remove_prefix(1);
    switch (kind) {
      case 'd':
        return "1";
      case 'w':
        return "a";
      case 's':
        return " ";
      case 'D':
      case 'S':
        return "a";
      case 'W':
        return "-";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      default:
        break;
    }
    // \p{L}, \x41, a reference to a group
    const bool plain = std::string_view("pPxucbBkrfv0123456789").find(kind) == std::string_view::npos;
    return plain ? std::optional(std::string(1, kind)) : std::nullopt;
  }

  // A character that the class holds; of one that is negated a usual one that it does not name.
  std::optional<std::string> one_of_class() {
    const bool negated = take("^");
    std::string first, named;
    while (!rest_.empty() && rest_.front() != ']') {
      std::optional<std::string> each;
      if (take("\\")) {
        each = escaped();
      } else {
        const std::size_t length = utf8_length(rest_);
        each = std::string(rest_.substr(0, length));
        rest_.remove_prefix(length);
      }
      if (!each || each->empty()) return std::nullopt;
      if (first.empty()) first = *each;
      named += *each;
      if (rest_.size() > 1 && rest_.front() == '-' && rest_[1] != ']') {
        rest_.remove_prefix(1);
        for (int c = each->front() + 1; c <= rest_.front() && c > 0; ++c) named += static_cast<char>(c);
        rest_.remove_prefix(1);
      }
    }
    if (!take("]")) return std::nullopt;
    if (!negated) return first.empty() ? std::nullopt : std::optional(first);
    for (const char each : std::string_view("ax1-_ .Z"))
      if (named.find(each) == std::string::npos) return std::string(1, each);
    return std::nullopt;
  }

  // How often the atom before it stands here. Absent: it is no quantifier that can be read.
  std::optional<std::size_t> quantifier() {
    std::size_t times = 1;
    if (take("{")) {
      const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), times);
      const std::size_t close = rest_.find('}');
      if (problem != std::errc() || close == std::string_view::npos || times > kTextMax) return std::nullopt;
      if (times == 0 && rest_.substr(0, close) != "0") times = 1;
      rest_.remove_prefix(close + 1);
    } else if (!take("*") && !take("+")) {
      take("?");
      return times;
    }
    take("?");  // a lazy one
    return times;
  }

  std::string_view rest_;
  int nesting_ = 0;
};

}  // namespace

std::optional<std::string> text_for_pattern(std::string_view expression) { return PatternReader(expression).read(); }

}  // namespace mcplumb

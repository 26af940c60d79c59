// Where a JSON text stands that may break off: which brackets are open, and whether a string is.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb {

class JsonNesting {
 public:
  void take(char c) {
    if (in_text_) {
      if (escaped_)
        escaped_ = false;
      else if (c == '\\')
        escaped_ = true;
      else
        in_text_ = c != '"';
    } else if (c == '"') {
      in_text_ = true;
    } else if (c == '{' || c == '[') {
      open_ += c == '{' ? '}' : ']';
    } else if (c == '}' || c == ']') {
      broken_ = broken_ || open_.empty();
      if (!open_.empty()) open_.pop_back();
    }
  }

  bool at_top() const { return open_.empty() && !in_text_; }
  bool broken() const { return broken_; }  // more was closed than had been opened
  // What would close it, the inmost first.
  std::string missing_end() const { return (in_text_ ? "\"" : "") + std::string(open_.rbegin(), open_.rend()); }

 private:
  std::string open_;  // what closes each bracket, the outmost first
  bool in_text_ = false, escaped_ = false, broken_ = false;
};

}  // namespace mcplumb

// What is wrong with the bytes on a program's stdout where they are no messages, one a line.
//
// It is told as soon as it can be told: a message that lies on the wire in another shape will not become one by
// waiting. Nothing here is repaired; the message that was meant only tells which request it was for.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace mcplumb {

enum class Misframing {
  content_length,   // headers stand before each message, as in the Language Server Protocol
  utf16,            // two bytes a character
  byte_order_mark,  // before the first message
  not_utf8,         // a message in some encoding of 8 bits
  several_lines,    // a message that is printed over several lines
  raw_line_break,   // a text in a message holds a line break as it is
  joined,           // something follows a message on its line
  prefixed,         // something stands before a message on its line
  no_line_feed,     // a message that no line feed ends
  not_json,         // a line that is meant as a message, and is no JSON
};

struct Misframed {
  Misframing kind;
  std::string what;         // one sentence, of what was seen
  nlohmann::json message;   // that was meant, or only its id; null if it cannot be made out
  std::size_t lines = 1;    // how many unreadable lines it is made of, the last one included
  bool may_follow = false;  // the message itself may come yet, as it should be
  // Nothing that comes from this program can be read.
  bool spoils_all() const {
    return kind == Misframing::utf16 || (kind == Misframing::content_length && !message.is_null());
  }
};
std::string_view to_string(Misframing kind);  // "content-length"

class MisframingReader {
 public:
  // A line that is no acceptable JSON text, without its line break.
  std::optional<Misframed> line(std::string_view line);
  // A line that is one: what came before it was no part of a message.
  void message();
  // Whether a line that is the JSON text `value` may all the same be a part of a message over several lines: the last
  // element of a list often is.
  bool may_go_on(const nlohmann::json& value) const;
  // What has come of a line that may not be over.
  std::optional<Misframed> unended(std::string_view text) const;
  // The same, when nothing has followed for a while.
  std::optional<Misframed> left_unended(std::string_view text) const;

 private:
  void forget_block();
  std::optional<Misframed> grow_block(std::string_view line);

  std::optional<std::size_t> length_;  // of a Content-Length header whose message has not come
  // A message over several lines so far. Within a text its line breaks are written as JSON writes them.
  std::string block_;
  std::size_t block_lines_ = 0, depth_ = 0;
  bool in_text_ = false, escaped_ = false, broken_text_ = false;
};

// The first thing that is wrong with what a program wrote; absent: nothing that has a name. `complete`: nothing was cut
// off from its end.
std::optional<Misframed> misframing_of(std::string_view output, bool complete);

}  // namespace mcplumb

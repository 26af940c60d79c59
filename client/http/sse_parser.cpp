#include "client/http/sse_parser.hpp"

#include <charconv>
#include <cstring>

#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

// Where `byte` stands next. LF is looked for first and remembered, CR only before it, while that part is in the cache.
std::size_t find_byte(std::string_view text, char byte, std::size_t from) {
  const void* found = std::memchr(text.data() + from, byte, text.size() - from);
  return found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// The next event is mostly as small as the last; that of a large one is let go, as the stream may stay open for long.
void empty(std::string& text) {
  constexpr std::size_t kKept = 64 * 1024;
  text.clear();
  if (text.capacity() > kKept) text.shrink_to_fit();
}

}  // namespace

void SseParser::feed(std::string_view chunk) {
  if (bom_seen_ >= 0) {
    while (bom_seen_ < 3 && !chunk.empty() && chunk.front() == kBom[static_cast<std::size_t>(bom_seen_)]) {
      ++bom_seen_;
      chunk.remove_prefix(1);
    }
    if (bom_seen_ < 3 && chunk.empty()) return;
    if (bom_seen_ < 3) partial_ = kBom.substr(0, static_cast<std::size_t>(bom_seen_));  // it was none
    bom_seen_ = -1;
  }
  if (after_cr_ && !chunk.empty()) {
    after_cr_ = false;
    if (chunk.front() == '\n') chunk.remove_prefix(1);
  }
  std::size_t start = 0;
  std::size_t next_lf = chunk.empty() ? 0 : find_byte(chunk, '\n', 0);
  while (start < chunk.size()) {
    if (next_lf < start) next_lf = find_byte(chunk, '\n', start);
    const std::size_t end = find_byte(chunk.substr(0, next_lf), '\r', start);
    const std::string_view piece = chunk.substr(start, end - start);
    if (end == chunk.size()) {
      keep_partial(piece);
      break;
    }
    end_line(piece);
    start = end + 1;
    if (chunk[end] == '\r') {
      if (start == chunk.size())
        after_cr_ = true;
      else if (chunk[start] == '\n')
        ++start;
    }
  }
  own_data();
}

// The end of the line has not come: it goes on in the next chunk.
void SseParser::keep_partial(std::string_view piece) {
  if (partial_dropped_) return;
  if (partial_.size() + piece.size() > limits_.line) {
    drop_line(partial_.empty() ? piece : partial_);
    partial_dropped_ = true;
    empty(partial_);
  } else {
    partial_ += piece;
  }
}

void SseParser::end_line(std::string_view piece) {
  if (partial_dropped_) {
    partial_dropped_ = false;
  } else if (partial_.size() + piece.size() > limits_.line) {
    drop_line(partial_.empty() ? piece : partial_);
    empty(partial_);
  } else if (partial_.empty()) {
    receive_line(piece);
  } else {
    partial_ += piece;
    std::string line;
    line.swap(partial_);
    receive_line(line);
    own_data();  // a view into `line` must not outlive it
    empty(line);
    partial_.swap(line);  // keeps the memory
  }
}

// A comment beyond its bound harms nobody; any other line takes its event along.
void SseParser::drop_line(std::string_view start) {
  if (start.front() != ':') in_block_ = true;
  overflow("a line of the event stream is " + beyond_own_limit(limits_.line), start.front() != ':');
}

void SseParser::own_data() {
  if (!has_data_ || data_owned_) return;
  data_ = first_line_;
  data_owned_ = true;
}

void SseParser::finish() {
  // A last line without an end, and a block without its empty line, are dropped.
}

std::string SseParser::unfinished(std::size_t longest) const {
  std::string text;
  if (!type_.empty()) text += "event: " + type_ + "\n";
  if (has_id_) text += "id: " + id_ + "\n";
  if (has_data_) text += "data: " + data_.substr(0, longest) + "\n";
  if (!partial_.starts_with(':')) text += partial_.substr(0, longest);
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(0, longest);
}

void SseParser::receive_line(std::string_view line) {
  if (line.empty()) return dispatch();
  if (line.front() == ':') {
    line.remove_prefix(1);
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    return sink_.on_comment(line);
  }
  in_block_ = true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return receive_field(line, "");
  std::string_view value = line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  receive_field(line.substr(0, colon), value);
}

void SseParser::receive_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    append_data(value);
  } else if (name == "event") {
    type_ = value;
  } else if (name == "id") {
    if (value.find('\0') != std::string_view::npos) return;
    id_ = value;
    has_id_ = true;
  } else if (name == "retry") {
    long number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool digits = !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
    if (digits && problem == std::errc() && end == value.data() + value.size()) retry_ = number;
  }
}

void SseParser::append_data(std::string_view value) {
  if (!has_data_) {
    has_data_ = true;
    first_line_ = value;
    return;
  }
  own_data();
  if (data_.size() + 1 + value.size() > limits_.event) {
    overflow("an event is " + beyond_own_limit(limits_.event), true);
    empty(data_);
  }
  if (block_dropped_) return;
  data_ += '\n';
  data_ += value;
}

void SseParser::dispatch() {
  if (in_block_ && !block_dropped_) {
    SseEvent event;
    event.type = type_;
    event.has_data = has_data_;
    if (has_data_) event.data = data_owned_ ? std::string_view(data_) : first_line_;
    if (has_id_) event.id = id_;
    event.retry_ms = retry_;
    if (has_data_ || has_id_ || retry_ || !type_.empty()) sink_.on_event(event);
  }
  in_block_ = block_dropped_ = has_data_ = has_id_ = data_owned_ = false;
  type_.clear();
  empty(data_);
  first_line_ = {};
  retry_.reset();
}

void SseParser::overflow(std::string_view what, bool takes_event) {
  if (takes_event) block_dropped_ = true;
  if (overflow_said_) return;
  overflow_said_ = true;
  sink_.on_overflow(what);
}

}  // namespace mcplumb

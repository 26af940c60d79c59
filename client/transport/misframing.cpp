#include "client/transport/misframing.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/take_message.hpp"
#include "client/text/utf8.hpp"
#include "client/transport/encoding.hpp"
#include "client/transport/json_nesting.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kBlockMax = 1024 * 1024;  // a message over several lines; a longer one is not looked at

std::string_view without_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// N of "Content-Length: N", in any case.
std::optional<std::size_t> content_length(std::string_view line) {
  constexpr std::string_view kName = "content-length:";
  if (line.size() < kName.size()) return std::nullopt;
  for (std::size_t i = 0; i < kName.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(line[i])) != kName[i]) return std::nullopt;
  const std::string_view number = without_blanks(line.substr(kName.size()));
  std::size_t length = 0;
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), length);
  if (problem != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return length;
}

// A JSON-RPC message; null for anything else.
json message_in(std::string_view text) {
  Result<json> parsed = parse_json(text, {}, nullptr);
  if (!parsed || !parsed->is_object() || !parsed->contains("jsonrpc")) return nullptr;
  return std::move(*parsed);
}

// Where the JSON object or array at the start of the text is over; npos: not within the text.
std::size_t extent(std::string_view text) {
  if (!text.starts_with('{') && !text.starts_with('[')) return std::string_view::npos;
  JsonNesting nesting;
  for (std::size_t i = 0; i < text.size(); ++i) {
    nesting.take(text[i]);
    if (nesting.at_top()) return i + 1;
  }
  return std::string_view::npos;
}

Misframed framed(std::string_view body, std::size_t length) {
  json message = message_in(body.substr(0, length));
  if (message.is_null()) message = message_in(body.substr(0, extent(body)));
  return {Misframing::content_length,
          "the program writes \"Content-Length: " + std::to_string(length) +
              "\" before a message: that is the framing of language servers (LSP), where MCP wants one message a line",
          std::move(message)};
}

Misframed in_utf16() {
  return {Misframing::utf16, "what the program writes is UTF-16: every other byte is 0, where MCP wants UTF-8",
          nullptr};
}

std::optional<Misframed> in_another_encoding(std::string_view line) {
  if (is_utf8(line)) return std::nullopt;
  const std::string text = readable(line);
  json message = message_in(text);
  if (message.is_null() && parse_json(text, {}, nullptr)) message = id_of_broken(text);
  if (message.is_null()) return std::nullopt;
  return Misframed{Misframing::not_utf8,
                   "a message is not UTF-8: " + first_beyond_utf8(line) + "; Latin-1 or another encoding of 8 bits?",
                   std::move(message)};
}

std::optional<Misframed> beside_text(std::string_view line) {
  const std::size_t begin = line.find("{\"");
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(begin);
  const std::size_t end = extent(rest);
  if (end == std::string_view::npos) return std::nullopt;
  json message = message_in(rest.substr(0, end));
  if (message.is_null()) return std::nullopt;
  if (begin == 0)
    return Misframed{Misframing::joined,
                     "more follows a message on its line: " + shortened(without_blanks(rest.substr(end)), 80),
                     std::move(message)};
  return Misframed{Misframing::prefixed,
                   "a message does not begin its line; before it stands: " + shortened(line.substr(0, begin), 80),
                   std::move(message)};
}

constexpr std::array<std::string_view, 10> kMisframings = {
    "content-length", "utf-16", "byte-order-mark", "not-utf-8",    "several-lines",
    "raw-line-break", "joined", "prefixed",        "no-line-feed", "not-json"};

// An object that speaks of JSON-RPC, or has the id of one, and is no JSON: the words are the parser's.
std::optional<Misframed> meant_as_message(std::string_view line) {
  const std::string_view text = without_blanks(line);
  if (!text.starts_with('{')) return std::nullopt;
  json message = id_of_broken(text);
  if (message.is_null() && (!text.ends_with('}') || text.find("jsonrpc") == text.npos)) return std::nullopt;
  const Result<json> parsed = parse_json(text, {}, nullptr);
  if (parsed || parsed.error().own_limit) return std::nullopt;
  return Misframed{Misframing::not_json, "a message is no JSON: " + parsed.error().what, std::move(message)};
}

// Messages one after the other, with blanks between them at most.
bool holds_only_messages(std::string_view text) {
  for (text = without_blanks(text); !text.empty(); text = without_blanks(text)) {
    const std::size_t end = text.starts_with('{') ? extent(text) : std::string_view::npos;
    if (end == std::string_view::npos || message_in(text.substr(0, end)).is_null()) return false;
    text.remove_prefix(end);
  }
  return true;
}

// "Content-Type: application/vscode-jsonrpc; charset=utf-8": the other header of that framing.
bool is_type_header(std::string_view line) {
  constexpr std::string_view kName = "content-type:";
  return line.size() > kName.size() && std::equal(kName.begin(), kName.end(), line.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

}  // namespace

std::string_view to_string(Misframing kind) { return kMisframings[static_cast<std::size_t>(kind)]; }

std::optional<Misframed> MisframingReader::line(std::string_view line) {
  if (is_utf16(line)) return in_utf16();
  if (const auto length = content_length(line)) {
    length_ = length;
    forget_block();
    return framed("", *length);
  }
  if (is_type_header(line))
    return Misframed{Misframing::content_length, "a header stands before a message: " + shortened(line, 80), nullptr};
  if (length_ && line.starts_with('{')) return framed(line, *std::exchange(length_, std::nullopt));
  if (std::optional<Misframed> found = in_another_encoding(line)) return found;
  if (block_lines_ > 0 || line.starts_with('{') || without_blanks(line) == "[")
    if (std::optional<Misframed> found = grow_block(line)) return found;
  std::optional<Misframed> found = beside_text(line);
  if (!found) found = meant_as_message(line);
  // A log line may quote a message before it is sent, and an open bracket be closed on a later line.
  if (found && found->kind != Misframing::joined)
    found->may_follow = block_lines_ > 0 || found->kind == Misframing::prefixed || found->message.is_null();
  return found;
}

void MisframingReader::message() {
  length_.reset();
  forget_block();
}

bool MisframingReader::may_go_on(const nlohmann::json& value) const {
  return block_lines_ > 0 && !(value.is_object() && value.contains("jsonrpc"));
}

void MisframingReader::forget_block() {
  block_.clear();
  block_lines_ = depth_ = 0;
  in_text_ = escaped_ = broken_text_ = false;
}

// One more line of what may be a message over several of them.
std::optional<Misframed> MisframingReader::grow_block(std::string_view line) {
  if (++block_lines_ > 1) {
    block_ += in_text_ ? "\\n" : "\n";
    broken_text_ = broken_text_ || in_text_;
  }
  for (const char c : line) {
    if (in_text_) {
      if (!escaped_ && c == '"') in_text_ = false;
      escaped_ = !escaped_ && c == '\\';
    } else if (c == '"') {
      in_text_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
    }
  }
  block_ += line;
  if (depth_ > 0 && block_.size() <= kBlockMax) return std::nullopt;
  std::optional<Misframed> found;
  json message = block_lines_ > 1 ? message_in(block_) : json();
  if (!message.is_null() && broken_text_)
    found = {Misframing::raw_line_break,
             "a text in a message holds a line break as it is, so the message lies on " + std::to_string(block_lines_) +
                 " lines; in JSON it is written \\n",
             std::move(message), block_lines_};
  else if (!message.is_null())
    found = {Misframing::several_lines,
             "a message is spread over " + std::to_string(block_lines_) +
                 " lines (pretty-printed), where MCP wants each message on one line",
             std::move(message), block_lines_};
  forget_block();
  return found;
}

std::optional<Misframed> MisframingReader::unended(std::string_view text) const {
  if (is_utf16(text) && text.size() >= 8) return in_utf16();
  if (length_ && text.starts_with('{') && text.size() >= *length_) return framed(text, *length_);
  return std::nullopt;
}

std::optional<Misframed> MisframingReader::left_unended(std::string_view text) const {
  if (std::optional<Misframed> found = unended(text)) return found;
  const std::size_t end = text.starts_with('{') ? extent(text) : std::string_view::npos;
  if (end == std::string_view::npos) return std::nullopt;
  json message = message_in(text.substr(0, end));
  if (message.is_null()) return std::nullopt;
  if (!holds_only_messages(text)) return beside_text(text);
  const bool returned = text.substr(end).starts_with('\r');
  return Misframed{Misframing::no_line_feed,
                   returned ? "a message ends with a carriage return alone, where MCP wants a line feed"
                            : "a message came without a line feed after it, so no client takes it for complete",
                   std::move(message)};
}

std::optional<Misframed> misframing_of(std::string_view output, bool complete) {
  MisframingReader reader;
  std::optional<Misframed> first;
  if (output.starts_with(kByteOrderMark)) {
    first = {Misframing::byte_order_mark,
             "a byte order mark (EF BB BF) stands before the first message, which JSON does not allow", nullptr};
    output.remove_prefix(kByteOrderMark.size());
  }
  std::optional<Misframed> quoted;  // perhaps only by a log before the message itself, or as a part of it
  while (!output.empty() && !first) {
    const std::size_t end = output.find('\n');
    std::string_view line = output.substr(0, end);
    if (end == std::string_view::npos) {
      first = complete ? reader.left_unended(line) : reader.unended(line);
      break;
    }
    output.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (const Result<json> message = parse_json(line, {}, nullptr); message && !reader.may_go_on(*message)) {
      reader.message();
      if (quoted && quoted->message == *message) quoted.reset();
    } else if (std::optional<Misframed> found = reader.line(line); found && found->may_follow) {
      if (!quoted) quoted = std::move(found);
    } else {
      first = std::move(found);
    }
  }
  return first ? first : quoted;
}

}  // namespace mcplumb

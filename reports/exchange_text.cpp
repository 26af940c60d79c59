#include "reports/exchange_text.hpp"

#include <algorithm>
#include <sstream>

#include "client/text/wording.hpp"
#include "reports/layout.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kEventsShown = 12;
constexpr std::size_t kHeaderRows = 2, kEventRows = 3, kBodyRows = 8;

class Writer {
 public:
  explicit Writer(int width) : width_(static_cast<std::size_t>(std::max(width, 40))) {}

  // Returns how many rows it took.
  std::size_t line(const std::string& prefix, std::string_view text, std::size_t rows) {
    const std::vector<std::string> all = folded(text, width_ - std::min(width_ - 20, prefix.size()), rows);
    std::string start = prefix;
    for (const std::string& row : all) {
      lines.push_back(start + row);
      start = prefix.substr(0, 1) + std::string(prefix.size() - 1, ' ');
    }
    return all.size();
  }

  void headers(const std::string& prefix, const Headers& all) {
    for (const Header& header : all) line(prefix, header.name + ": " + header.value, kHeaderRows);
  }

  void body(const std::string& prefix, const std::string& text, std::size_t whole) {
    std::size_t start = 0, rows = 0;
    while (start < text.size() && rows < kBodyRows) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      std::string_view part = std::string_view(text).substr(start, end - start);
      if (part.ends_with('\r')) part.remove_suffix(1);
      rows += line(prefix, part, kBodyRows - rows);
      start = std::min(end + 1, text.size());
    }
    if (start < text.size() || text.size() < whole)
      lines.push_back(prefix + "… (" + std::to_string(whole) + " bytes in all)");
  }

  void paragraph(const std::string& text) {
    std::istringstream broken(wrapped(text, 2, static_cast<int>(width_)));
    for (std::string each; std::getline(broken, each);) lines.push_back(each);
  }

  std::vector<std::string> lines;

 private:
  std::size_t width_;
};

void write_request(Writer& out, const Exchange& exchange) {
  if (!exchange.request.method.empty())
    out.line("> ", exchange.request.method + " " + exchange.request.url, kHeaderRows);
  out.headers("> ", exchange.request.headers);
  if (exchange.request.body_size > 0) out.body("> ", exchange.request.body, exchange.request.body_size);
  if (exchange.request.again)
    out.line("> ", "(sent on a second connection: the first, kept open, was closed before any reply)", kHeaderRows);
}

std::string event_text(const StreamEvent& event) {
  std::string text;
  if (!event.type.empty()) text += "event=" + event.type + " ";
  if (event.id) text += "id=" + *event.id + " ";
  if (event.retry_ms) text += "retry=" + std::to_string(*event.retry_ms) + " ";
  if (event.has_data) text += event.data.empty() && !event.data_cut ? "(empty data)" : event.data;
  return text + (event.data_cut ? " … (cut)" : "");
}

void write_events(Writer& out, const Exchange& exchange) {
  const std::size_t shown = std::min(kEventsShown, exchange.events.size());
  for (std::size_t i = 0; i < shown; ++i)
    out.line("< +" + span_text(exchange.events[i].at - exchange.request.at) + "  ", event_text(exchange.events[i]),
             kEventRows);
  if (exchange.events_seen > shown)
    out.lines.push_back("< … and " + std::to_string(exchange.events_seen - shown) +
                        (exchange.over_http() ? " more events" : " more lines"));
  if (exchange.comments_seen > 0)
    out.lines.push_back("< (" + std::to_string(exchange.comments_seen) + " comments, the first at +" +
                        span_text(exchange.first_comment - exchange.request.at) + ")");
  if (exchange.events_seen == 0 && exchange.comments_seen == 0 && exchange.body_size > 0)
    out.body("< ", exchange.body, exchange.body_size);
}

void write_reply(Writer& out, const Exchange& exchange) {
  for (const HeaderBlock& block : exchange.blocks) {
    out.line("< ",
             block.version + " " + std::to_string(block.status) + " " + block.reason + "  (+" +
                 span_text(block.at - exchange.request.at) + ")",
             kHeaderRows);
    out.headers("< ", block.headers);
  }
  if (exchange.is_event_stream() || (exchange.is_channel() && exchange.blocks.empty()))
    write_events(out, exchange);
  else if (exchange.body_size > 0)
    out.body("< ", exchange.body, exchange.body_size);
  if (!exchange.trailers.empty()) out.headers("< (trailer) ", exchange.trailers);
  if (exchange.answer) {
    const std::string where =
        exchange.over_http() ? "on the stream, #" + std::to_string(exchange.channel.value_or(0)) + ": " : "";
    out.line("< +" + span_text(exchange.answer->at - exchange.request.at) + "  ", where + event_text(*exchange.answer),
             kBodyRows);
  }
}

std::string ending(const Exchange& exchange) {
  const std::string at = exchange.ended == kNever ? "" : " (+" + span_text(exchange.ended - exchange.request.at) + ")";
  if (exchange.failure) return "! " + exchange.failure->message + at;
  if (exchange.ended == kNever) return "";
  if (exchange.closed_by_us && !exchange.over_http())
    return (exchange.is_channel() ? "! we ended the program" : "! we stopped waiting") + at;
  if (exchange.closed_by_us) return "! we closed the stream" + at;
  return exchange.is_event_stream() ? "! the server ended the stream" + at : "";
}

}  // namespace

std::vector<std::string> exchange_lines(const Exchange& exchange, int width) {
  Writer out(width);
  write_request(out, exchange);
  write_reply(out, exchange);
  if (const std::string end = ending(exchange); !end.empty()) out.paragraph(end);
  return std::move(out.lines);
}

}  // namespace mcplumb

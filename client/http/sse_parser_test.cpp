#include "client/http/sse_parser.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mcplumb;

namespace {

// Writes down what it is told, one line each: "type|data|id|retry", "#comment", "!overflow".
struct Notes final : SseParser::Sink {
  void on_event(const SseEvent& event) override {
    std::string line = std::string(event.type) + "|" + (event.has_data ? std::string(event.data) : "-");
    if (event.id) line += "|id=" + std::string(*event.id);
    if (event.retry_ms) line += "|retry=" + std::to_string(*event.retry_ms);
    lines.push_back(line);
  }
  void on_comment(std::string_view text) override { lines.push_back("#" + std::string(text)); }
  void on_overflow(std::string_view) override { lines.push_back("!"); }
  std::vector<std::string> lines;
};

std::vector<std::string> parse_in_pieces(const std::string& text, std::size_t first, std::size_t step) {
  Notes notes;
  SseParser parser(notes);
  parser.feed(std::string_view(text).substr(0, first));
  for (std::size_t at = first; at < text.size(); at += step) {
    const std::string copy = text.substr(at, step);  // memory of its own: a view into an older chunk would show
    parser.feed(copy);
  }
  parser.finish();
  return notes.lines;
}

struct Row {
  const char* name;
  std::string text;
  std::vector<std::string> expected;
};

const Row kRows[] = {
    // The examples of the WHATWG text.
    {"three data lines", "data: YHOO\ndata: +2\ndata: 10\n\n", {"|YHOO\n+2\n10"}},
    {"comment, ids, space",
     ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
     {"#test stream", "|first event|id=1", "|second event|id=", "| third event"}},
    {"empty data, two empty lines, unfinished", "data\n\ndata\ndata\n\ndata:", {"|", "|\n"}},
    {"space after the colon is optional", "data:test\n\ndata: test\n\n", {"|test", "|test"}},
    // The rest of the rules.
    {"CR", "data: a\r\rdata: b\r\r", {"|a", "|b"}},
    {"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", {"|a", "|b"}},
    {"CRLF between the lines of an event", "event: x\r\ndata: a\r\ndata: b\r\n\r\n", {"x|a\nb"}},
    {"a type is that of its own event", "event: x\ndata: a\n\ndata: b\n\n", {"x|a", "|b"}},
    {"mixed ends", "data: a\r\n\ndata: b\r\r\ndata: c\n\r", {"|a", "|b", "|c"}},
    {"byte order mark once",
     "\xEF\xBB\xBF"
     "data: a\n\n",
     {"|a"}},
    {"a second mark is part of a name",
     "\xEF\xBB\xBF\xEF\xBB\xBF"
     "data: a\n\n",
     {}},
    {"half a mark is text",
     "\xEF\xBB"
     "data: a\n\n",
     {}},
    {"named event", "event: endpoint\ndata: /x\n\n", {"endpoint|/x"}},
    {"id with NUL is ignored", std::string("id: a\0b\ndata: x\n\n", 17), {"|x"}},
    {"retry takes digits only",
     "retry: 1500\ndata: a\n\nretry: 1x\ndata: b\n\nretry:-1\ndata: c\n\n",
     {"|a|retry=1500", "|b", "|c"}},
    {"priming event", "id: 7\ndata:\n\n", {"||id=7"}},
    {"id alone", "id: 7\n\n", {"|-|id=7"}},
    {"unknown fields", "foo: bar\ndata: a\nbaz\n\nfoo: 1\n\n", {"|a"}},
    {"name without colon", "data\nevent\n\n", {"|"}},
    {"comment in an event", "data: a\n:x\ndata: b\n\n", {"#x", "|a\nb"}},
    {"colon in the value", "data: a:b: c\n\n", {"|a:b: c"}},
    {"end in mid-event", "data: a\n", {}},
    {"end in mid-line", "data: a\n\ndata: b", {"|a"}},
};

}  // namespace

TEST_CASE("sse parser: the standard's examples and rules, whole, byte by byte and split anywhere") {
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    CHECK(parse_in_pieces(row.text, row.text.size(), 1) == row.expected);
    CHECK(parse_in_pieces(row.text, 0, 1) == row.expected);
    for (std::size_t at = 1; at < row.text.size(); ++at) {
      CAPTURE(at);
      CHECK(parse_in_pieces(row.text, at, row.text.size()) == row.expected);
    }
  }
}

TEST_CASE("sse parser: what is unfinished at the end is known") {
  Notes notes;
  SseParser parser(notes);
  parser.feed("data: a\n\n");
  CHECK_FALSE(parser.pending());
  parser.feed("data: b\n");
  CHECK(parser.pending());
}

TEST_CASE("sse parser: a line beyond its bound takes its event along, is said once, and the stream goes on") {
  const std::string lump(200, 'x');
  const std::string stream =
      "data: " + lump + "\nid: 1\n\ndata: a\n:" + lump + "\ndata: b\n\ndata: c\nid: " + lump + "\n\ndata: ok\n\n";
  for (std::size_t step : {std::size_t{1}, std::size_t{50}, stream.size()}) {
    CAPTURE(step);
    Notes notes;
    SseParser parser(notes, {64, 64});
    for (std::size_t at = 0; at < stream.size(); at += step) parser.feed(std::string_view(stream).substr(at, step));
    CHECK(notes.lines == std::vector<std::string>{"!", "|a\nb", "|ok"});
    CHECK_FALSE(parser.pending());
  }
}

TEST_CASE("sse parser: an event of many lines has a bound, too") {
  Notes notes;
  SseParser parser(notes, {64, 64});
  for (int i = 0; i < 10; ++i) parser.feed("data: 0123456789\n");
  CHECK(parser.pending());
  parser.feed("\ndata: ok\n\n");
  CHECK(notes.lines == std::vector<std::string>{"!", "|ok"});
}

TEST_CASE("sse parser: a browser would dispatch an empty data line, but no block without one") {
  struct Dispatched final : SseParser::Sink {
    void on_event(const SseEvent& event) override { seen.push_back(event.dispatched()); }
    void on_comment(std::string_view) override {}
    void on_overflow(std::string_view) override {}
    std::vector<bool> seen;
  } sink;
  SseParser parser(sink);
  parser.feed("data\n\nid: 1\n\ndata: x\n\n");
  CHECK(sink.seen == std::vector<bool>{true, false, true});
}

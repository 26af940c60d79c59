#include "reports/exchange_text.hpp"
#include "client/text/wording.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "reports/sample_runs.hpp"

using namespace mcplumb;

namespace {

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

}  // namespace

TEST_CASE("spans: in the unit that reads best") {
  CHECK(span_text(0) == "0.00 ms");
  CHECK(span_text(1234) == "1.23 ms");
  CHECK(span_text(45400) == "45 ms");
  CHECK(span_text(4560000) == "4.56 s");
  CHECK(span_text(kNever) == "?");
}

TEST_CASE("exchange text: no line is wider than asked, whatever the server sent") {
  for (const int width : {40, 72, 200})
    for (const std::string& line : exchange_lines(sample::stream_exchange(1), width)) {
      CAPTURE(line);
      CHECK(columns(line) <= static_cast<std::size_t>(width));
    }
}

TEST_CASE("exchange text: events stand with their moment, later ones are counted") {
  const std::vector<std::string> lines = exchange_lines(sample::stream_exchange(1), 100);
  CHECK(has(lines, "< +1.40 ms  id=e2 (empty data)"));
  CHECK(has(lines, "< … and 17 more events"));
  CHECK(lines.back() == "! the connection was cut after 512 bytes (+2.50 s)");
}

TEST_CASE("exchange text: every block of reply headers is shown, and the trailers") {
  Exchange exchange = sample::exchange(0, "", {{"method", "ping"}});
  exchange.blocks.push_back({"HTTP/1.1", 103, "Early Hints", {{"Link", "x"}}, exchange.request.at + 100});
  sample::reply(exchange, 202, "Accepted", {}, "");
  exchange.trailers = {{"X-Sum", "1"}};
  const std::vector<std::string> lines = exchange_lines(exchange, 80);
  CHECK(has(lines, "< HTTP/1.1 103 Early Hints  (+0.10 ms)"));
  CHECK(has(lines, "< Link: x"));
  CHECK(has(lines, "< HTTP/1.1 202 Accepted  (+1.25 ms)"));
  CHECK(lines.back() == "< (trailer) X-Sum: 1");
}

TEST_CASE("exchange text: a long body is cut after some rows, and says how long it is") {
  Exchange exchange = sample::exchange(0, "", {{"method", "ping"}});
  std::string body;
  for (int i = 0; i < 100; ++i) body += "line\r\n";
  sample::reply(exchange, 404, "Not Found", {{"Content-Type", "text/plain"}}, body);
  const std::vector<std::string> lines = exchange_lines(exchange, 80);
  CHECK(std::count(lines.begin(), lines.end(), "< line") == 8);
  CHECK(lines.back() == "< … (600 bytes in all)");
}

TEST_CASE("exchange text: how it ended is said") {
  Exchange exchange = sample::exchange(0, "", {{"method", "ping"}});
  sample::reply(exchange, 200, "OK", {{"Content-Type", "text/event-stream"}}, "");
  CHECK(exchange_lines(exchange, 80).back() == "! the server ended the stream (+2.50 ms)");
  exchange.closed_by_us = true;
  CHECK(exchange_lines(exchange, 80).back() == "! we closed the stream (+2.50 ms)");
  exchange.ended = kNever;
  exchange.failure = Failure{FailureKind::deadline, "no end within the deadline", kNever};
  CHECK(exchange_lines(exchange, 80).back() == "! no end within the deadline");
}

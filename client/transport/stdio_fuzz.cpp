// A program that writes anything to its stdout, and ends. The first line of the input is the size of its writes, the
// rest is what it writes.
#include <unistd.h>

#include <fstream>

#include "client/jsonrpc/message.hpp"
#include "client/text/utf8.hpp"
#include "client/transport/misframing.hpp"
#include "client/transport/stdio.hpp"
#include "tests/fuzz.hpp"

namespace {

using namespace mcplumb;

struct StdioFuzz final : TransportObserver {
  void on_message(std::size_t) override {}
  void on_reply_end(std::size_t exchange) override { ended.push_back(exchange); }
  std::vector<std::size_t> ended;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
  }
  return out;
}

// A line that is a message is taken as what it says, and nothing is made of any other.
void require_faithful(const Received& received, std::string_view line) {
  if (received.value.is_null()) return;
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  const auto value = parse_json(line, {}, nullptr);
  fuzz::require(value && *value == received.value.json(), "a message says what its line says", line);
}

std::string written(std::string_view output) {
  const std::string path = "/tmp/mcplumb-fuzz-output-" + std::to_string(::getpid());
  std::ofstream(path, std::ios::binary) << output;
  return path;
}

}  // namespace

MCPLUMB_FUZZER(stdio_fuzz) {
  using namespace mcplumb;
  const std::string_view first = fuzz::take_line(input);
  const std::size_t step = first.empty() ? 1 : static_cast<unsigned char>(first.back()) % 64 + 1;
  const MonotonicClock clock;
  EventLoop loop(clock);
  Trace trace;
  StdioFuzz seen;
  StdioOptions options;
  options.command = {"dd", "if=" + written(input), "bs=" + std::to_string(step), "status=none"};
  options.strays_max = 20;
  options.line_max = 2048;
  Stdio transport(loop, trace, options);
  transport.observe(&seen);
  const std::size_t asked = transport.send(make_request(1, "ping", nullptr), {});
  const std::size_t channel = transport.channel().value();
  const Micros patience = loop.now() + 20 * kSecond;
  loop.run_until([&] { return !transport.running(channel) && !transport.running(asked); }, patience);
  fuzz::require(loop.now() < patience, "a program that is gone has ended, and with it what it was asked");
  fuzz::require(std::count(seen.ended.begin(), seen.ended.end(), asked) == 1, "the end of a reply is told once");
  const Exchange& exchange = trace.exchanges[channel];
  for (const Exchange* each : {&exchange, &std::as_const(trace.exchanges[asked])})
    if (each->failure) fuzz::require_printable(each->failure->message);
  const std::vector<std::string_view> lines = lines_of(input);
  fuzz::require(exchange.events_seen <= lines.size(), "a line is one event");
  fuzz::require(exchange.failure || exchange.events_seen == lines.size(), "each line is an event");
  std::size_t at = 0;
  for (const Received& received : trace.received) {
    while (at < lines.size() && lines[at].empty()) ++at;
    fuzz::require(at < lines.size(), "there are no more messages than lines");
    require_faithful(received, lines[at++]);
  }
}

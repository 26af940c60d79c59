#include <cstring>

#include "bench/bench.hpp"
#include "client/http/sse_parser.hpp"

namespace bench {
namespace {

struct Count final : mcplumb::SseParser::Sink {
  void on_event(const mcplumb::SseEvent& event) override { bytes += event.data.size(); }
  void on_comment(std::string_view) override {}
  void on_overflow(std::string_view) override {}
  std::size_t bytes = 0;
};

std::string sample(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i)
    text +=
        "event: message\nid: " + std::to_string(i) +
        "\ndata: "
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"t\",\"progress\":" +
        std::to_string(i) + ",\"message\":\"" + std::string(static_cast<std::size_t>(i * 37 % 2000), 'x') + "\"}}\n\n";
  return text;
}

// What no parser can do without: finding the line ends.
std::size_t count_lines(std::string_view chunk) {
  std::size_t lines = 0;
  while (const void* end = std::memchr(chunk.data(), '\n', chunk.size())) {
    ++lines;
    chunk.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(end) - chunk.data()) + 1);
    if (chunk.empty()) break;
  }
  return lines;
}

}  // namespace

void sse_parser_against_memchr() {
  const std::string text = sample(64 << 20);
  constexpr std::size_t kChunk = 16384;
  std::vector<double> ours, reference;
  volatile std::size_t kept = 0;
  for (int round = 0; round < 7; ++round) {
    double start = processor_us();
    Count count;
    mcplumb::SseParser parser(count);
    for (std::size_t at = 0; at < text.size(); at += kChunk) parser.feed(std::string_view(text).substr(at, kChunk));
    kept = kept + count.bytes;
    ours.push_back(processor_us() - start);
    start = processor_us();
    for (std::size_t at = 0; at < text.size(); at += kChunk)
      kept = kept + count_lines(std::string_view(text).substr(at, kChunk));
    reference.push_back(processor_us() - start);
  }
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  print_row("SSE parser, CPU for 67 MB in 16 KiB chunks", median(ours) / 1000, median(reference) / 1000, "ms",
            "memchr over the same");
  print_row("  the same as throughput", megabytes / median(ours) * 1e6, megabytes / median(reference) * 1e6, "MB/s",
            "memchr over the same");
}

}  // namespace bench

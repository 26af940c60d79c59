// What is kept of a large message from a hostile peer costs at most 64 MiB, whatever it is made of. The input is a
// count, and then in three parts how the message begins, what is repeated, and how it ends.
#include "client/http/sse_parser.hpp"
#include "client/transport/arrivals.hpp"
#include "tests/fuzz.hpp"

#ifdef MCPLUMB_FUZZING
#include <sanitizer/allocator_interface.h>
#endif

namespace {

using namespace mcplumb;

constexpr std::size_t kMost = 64 * 1024 * 1024, kLongest = 4 * 1024 * 1024;

// Bytes on the heap; only what is counted with the sanitizer is known.
std::size_t heap_now = 0, heap_most = 0;

#ifdef MCPLUMB_FUZZING
void count_taken(const volatile void*, std::size_t size) {
  heap_now += size;
  heap_most = std::max(heap_most, heap_now);
}
void count_given(const volatile void* what) {
  heap_now -= std::min(heap_now, what == nullptr ? 0 : __sanitizer_get_allocated_size(what));
}
const int kCounting = __sanitizer_install_malloc_and_free_hooks(&count_taken, &count_given);
#endif

struct KeptEvents final : SseParser::Sink {
  explicit KeptEvents(Arrivals& kept) : arrivals(kept) {}
  void on_event(const SseEvent& event) override {
    std::string overflow;
    const auto index = arrivals.add_event(event, 0);
    if (event.has_data) arrivals.add_message(event.data, 0, index, overflow);
  }
  void on_comment(std::string_view) override {}
  void on_overflow(std::string_view) override {}
  Arrivals& arrivals;
};

std::string message_of(std::string_view input) {
  const std::size_t count = std::strtoul(std::string(fuzz::take_line(input)).c_str(), nullptr, 10);
  const std::vector<std::string_view> parts = fuzz::parts(input);
  std::string text(parts[0]);
  if (parts.size() > 1 && !parts[1].empty())
    for (std::size_t i = 0; i < count && text.size() + parts[1].size() < kLongest; ++i) text += parts[1];
  return text + std::string(parts.size() > 2 ? parts[2] : "");
}

}  // namespace

MCPLUMB_FUZZER(memory_fuzz) {
  const std::string text = message_of(input);
  const std::size_t start = heap_most = heap_now;
  {
    Trace trace;
    trace.exchanges.emplace_back();
    Arrivals arrivals(trace, 0, {});
    std::string overflow;
    arrivals.add_message(text, 0, std::nullopt, overflow);
    fuzz::require_printable(overflow);
    for (const Received& received : trace.received) fuzz::require_printable(received.problem);
  }
  {
    Trace trace;
    trace.exchanges.emplace_back();
    Arrivals arrivals(trace, 0, {});
    KeptEvents events(arrivals);
    SseParser parser(events);
    parser.feed(text);
    parser.finish();
  }
  fuzz::require(heap_most - start <= kMost, "a message costs no more than its bound",
                std::to_string((heap_most - start) / 1024 / 1024) + " MiB");
}

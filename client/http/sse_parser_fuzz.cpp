// However a stream is cut into chunks, the same events come out.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "client/http/sse_parser.hpp"

namespace {

struct Notes final : mcplumb::SseParser::Sink {
  void on_event(const mcplumb::SseEvent& event) override {
    text += "E" + std::string(event.type) + "\1" + std::string(event.data) + "\1" +
            std::string(event.id.value_or("-")) + std::to_string(event.retry_ms.value_or(-1)) + "\2";
  }
  void on_comment(std::string_view comment) override { text += "C" + std::string(comment) + "\2"; }
  void on_overflow(std::string_view) override {}
  std::string text;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t step = data[0] % 16 + 1;
  const std::string stream(reinterpret_cast<const char*>(data + 1), size - 1);
  Notes whole, pieces;
  mcplumb::SseParser one(whole), many(pieces);
  one.feed(stream);
  one.finish();
  for (std::size_t at = 0; at < stream.size(); at += step) many.feed(std::string(stream.substr(at, step)));
  many.finish();
  if (whole.text != pieces.text) std::abort();
  return 0;
}

// However a stream is cut into chunks, the same events come out. The first byte of the input is the size of a chunk.
#include "client/http/sse_parser.hpp"
#include "tests/fuzz.hpp"

namespace {

struct SseNotes final : mcplumb::SseParser::Sink {
  void on_event(const mcplumb::SseEvent& event) override {
    text += "E" + std::string(event.type) + "\1" + std::string(event.data) + "\1" +
            std::string(event.id.value_or("-")) + std::to_string(event.retry_ms.value_or(-1)) + "\2";
  }
  void on_comment(std::string_view comment) override { text += "C" + std::string(comment) + "\2"; }
  void on_overflow(std::string_view) override {}
  std::string text;
};

}  // namespace

MCPLUMB_FUZZER(sse_parser_fuzz) {
  using namespace mcplumb;
  if (input.size() < 2) return;
  const std::size_t step = static_cast<unsigned char>(input[0]) % 16 + 1;
  const std::string stream(input.substr(1));
  SseNotes whole, pieces;
  SseParser one(whole), many(pieces);
  one.feed(stream);
  one.finish();
  for (std::size_t at = 0; at < stream.size(); at += step) many.feed(std::string(stream.substr(at, step)));
  many.finish();
  fuzz::require(whole.text == pieces.text, "chunks make no difference", whole.text);
}

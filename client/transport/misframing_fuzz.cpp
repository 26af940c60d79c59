// What is said of output that is no messages: one printable sentence, whatever the bytes; and bytes that are messages,
// one a line, are called nothing.
#include "client/jsonrpc/message.hpp"
#include "client/transport/misframing.hpp"
#include "client/transport/spoiled_body.hpp"
#include "tests/fuzz.hpp"

namespace {

void require_sentence(const std::optional<mcplumb::Misframed>& found) {
  using namespace mcplumb;
  if (!found) return;
  fuzz::require(!found->what.empty() && !to_string(found->kind).empty(), "what is wrong has a name and a sentence");
  fuzz::require_printable(found->what);
  fuzz::require(found->lines > 0, "a message lies on a line");
}

}  // namespace

MCPLUMB_FUZZER(misframing_fuzz) {
  using namespace mcplumb;
  require_sentence(misframing_of(input, true));
  require_sentence(misframing_of(input, false));
  MisframingReader reader;
  bool all_messages = true;
  for (std::string_view rest = input; !rest.empty();) {
    require_sentence(reader.unended(rest));
    require_sentence(reader.left_unended(rest));
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto message = parse_json(line, {}, nullptr);
    const bool is_message = message && string_member(*message, "jsonrpc") == "2.0";
    all_messages = all_messages && is_message;
    if (is_message)
      reader.message();
    else
      require_sentence(reader.line(line));
  }
  if (all_messages && input.ends_with('\n'))
    fuzz::require(!misframing_of(input, true), "messages, one a line, are framed as they should be");
}

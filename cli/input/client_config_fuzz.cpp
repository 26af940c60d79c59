// A host's configuration file from anybody: it is refused with a sentence for its owner, which holds none of its
// values, or it is a target that can be connected to. The first line of the input is the name of the server.
#include "cli/input/client_config.hpp"

#include <nlohmann/json.hpp>

#include "cli/input/usage.hpp"
#include "client/connect/target.hpp"
#include "client/http/headers.hpp"
#include "tests/fuzz.hpp"

namespace {

// Names of servers are told, on purpose.
bool is_named(const nlohmann::json& value, std::string_view text) {
  if (value.is_object())
    for (const auto& [name, member] : value.items())
      if (name.find(text) != name.npos || is_named(member, text)) return true;
  return value.is_array() &&
         std::any_of(value.begin(), value.end(), [&](const auto& each) { return is_named(each, text); });
}

}  // namespace

MCPLUMB_FUZZER(client_config_fuzz) {
  using namespace mcplumb;
  const std::string name(fuzz::take_line(input));
  constexpr std::string_view kCanary = "canary-8f3a61";
  try {
    const Target target = cli::read_client_config(std::string(input), "config.json", name);
    fuzz::require(target.url.empty() != target.command.empty(), "a target is reached in one way");
    for (const Header& header : target.headers)
      fuzz::require(is_token(header.name) && may_be_sent(header.value), "a header can be sent", header.name);
    for (const std::string& word : target.command)
      fuzz::require(word.find('\0') == word.npos, "a word of a command line can be one", word);
    for (const auto& [variable, value] : target.environment)
      fuzz::require(!variable.empty() && variable.find_first_of(std::string_view("=\0", 2)) == variable.npos &&
                        value.find('\0') == value.npos,
                    "a variable can be set", variable);
    static_cast<void>(to_string(target));
    static_cast<void>(secrets_of(target));
  } catch (const cli::UsageError& mistake) {
    const std::string_view text = mistake.what();
    fuzz::require_printable(text, "\n");
    fuzz::require(text.find("error: ") != text.npos, "a mistake is one", text);
    const bool is_a_name =
        name.find(kCanary) != name.npos || is_named(nlohmann::json::parse(input, nullptr, false, true), kCanary);
    fuzz::require(is_a_name || text.find(kCanary) == text.npos, "no value of the file is told", text);
  }
}

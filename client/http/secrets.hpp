// What must not be shown: collected where it is read, and applied to everything that leaves the program.
//
// A peer may give a secret back in any form (an error page that dumps request headers, a log line, a redirect), so it
// is looked for by its value: as it is, as it stands inside JSON, in a URL, in HTML, and in base64 where HTTP sends it
// so.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mcplumb {

inline constexpr const char* kRedacted = "<redacted>";

// The name of a header, an option, a variable or a query parameter speaks of secrets: "authorization", "api-key", …
bool speaks_of_secrets(std::string_view name);

// Without user information, and without the values of query parameters whose names speak of secrets; of a session's id
// (HTTP+SSE has it there) the first four characters stay.
std::string redact_url(std::string_view url);

// The first four characters of it, so that two can be told apart, and "…".
std::string beginning_of_session(std::string_view id);

class Secrets {
 public:
  // A value that is secret whatever it looks like. Texts of fewer than four bytes and words such as "true" are left
  // out: they stand everywhere, and hiding them would hide nothing.
  void add(std::string_view value);
  void add_named(std::string_view name, std::string_view value);  // if the name speaks of secrets
  // Every request header that a user adds may be a secret, except those that HTTP and MCP need (Accept, Origin, …). Of
  // "Bearer abc" both the whole and "abc" are.
  void add_header(std::string_view name, std::string_view value);
  void add_url(std::string_view url);  // user information, and query parameters whose names speak of secrets
  // Words of a command line: the value of `--api-key=…` and `API_KEY=…`, the word after `--api-key`, URLs, headers.
  void add_command(const std::vector<std::string>& words);
  void add_shell_line(std::string_view line);  // the same for words in one text
  // Of a program that is started: what the name calls secret, and what looks like a key.
  void add_variable(std::string_view name, std::string_view value);
  void add(const Secrets& others);

  bool empty() const { return by_start_.empty(); }
  // The text without any of the values, and without the beginning of one where the text was cut.
  std::string hide(std::string_view text) const;
  void hide(nlohmann::json& value) const;  // in every string of it, keys included

 private:
  void add_form(std::string form);
  // Length of what must be hidden at the start of `text`: a value, or the beginning of one where the text was cut; else
  // 0.
  std::size_t secret_at(std::string_view text) const;

  // All forms by their first four bytes, the longest first: a long text is walked once, however many there are.
  std::unordered_map<std::uint32_t, std::vector<std::string>> by_start_;
};

}  // namespace mcplumb

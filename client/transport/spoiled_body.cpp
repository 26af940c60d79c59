#include "client/transport/spoiled_body.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/text/utf8.hpp"
#include "client/transport/json_nesting.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kGzip = "\x1F\x8B";

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// A JSON object or array in UTF-8, as far as it goes: anything may end it, also within a character. What is compressed,
// or no JSON at all, counts nothing.
bool begins_as_json(std::string_view body) {
  constexpr std::size_t kLongestRest = 3;  // bytes of a character that broke off
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  if (start == body.npos || (body[start] != '{' && body[start] != '[')) return false;
  while (const std::size_t length = utf8_length(body)) body.remove_prefix(length);
  return body.size() <= kLongestRest;
}

// What would close the JSON text that breaks off; absent if it does not only lack its end.
std::optional<std::string> missing_end(std::string_view text) {
  JsonNesting nesting;
  for (const char c : text) {
    nesting.take(c);
    if (nesting.broken()) return std::nullopt;
  }
  if (nesting.at_top()) return std::nullopt;
  return nesting.missing_end();
}

}  // namespace

bool is_compressed_unasked(const Exchange& exchange) {
  if (exchange.body_size == 0 || find_header(exchange.request.headers, "accept-encoding")) return false;
  const std::string coding = exchange.header("content-encoding").value_or("");
  return (!coding.empty() && coding != "identity") || exchange.body.starts_with(kGzip);
}

std::string compression_sentence(const Exchange& exchange) {
  const auto coding = exchange.header("content-encoding");
  return "the body is compressed " +
         (coding ? "(Content-Encoding: " + shortened(*coding, 40) + ")"
                 : std::string("(gzip, and no header says so)")) +
         ", and the request did not say that it takes that";
}

bool counts_characters(const Exchange& exchange) {
  if (exchange.header("content-length") != std::to_string(exchange.body_size)) return false;
  if (!begins_as_json(exchange.body)) return false;
  const auto surplus =
      static_cast<std::size_t>(std::count_if(exchange.body.begin(), exchange.body.end(), continues_character));
  if (surplus == 0) return false;
  // Of a long body the end was not kept.
  if (exchange.body_cut) return true;
  const std::optional<std::string> end = missing_end(exchange.body);
  return end && end->size() <= surplus + 1;
}

std::string why_broken(const Exchange& exchange) {
  return counts_characters(exchange) ? "; Content-Length is " + std::to_string(exchange.body_size) +
                                           ", which seems to count characters where it must count bytes"
                                     : "";
}

}  // namespace mcplumb

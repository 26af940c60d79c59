#include "client/transport/spoiled_body.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/utf8.hpp"
#include "client/transport/encoding.hpp"
#include "client/transport/json_nesting.hpp"

namespace mcplumb {
namespace {

// By the first bytes: RFC 1952, RFC 8878, and RFC 1950 with the usual window. Empty: none of these.
std::string_view compression_of(std::string_view body) {
  if (body.starts_with("\x1F\x8B")) return "gzip";
  if (body.starts_with("\x28\xB5\x2F\xFD")) return "zstd";
  const bool is_zlib = body.size() > 2 && body[0] == '\x78' && (0x7800 + static_cast<unsigned char>(body[1])) % 31 == 0;
  return is_zlib && !is_utf8(body) ? "deflate" : "";
}

constexpr std::size_t kBeginning = 4;  // bytes that tell text from what is none

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

// " (Content-Type says charset=iso-8859-1)"
std::string said_charset(const Exchange& exchange) {
  const std::string type = lower_case(exchange.header("content-type").value_or(""));
  const std::size_t at = type.find("charset=");
  if (at == type.npos) return "";
  return " (Content-Type says " + shortened(type.substr(at, type.find_first_of("; ", at) - at), 40) + ")";
}

bool reads_as_json(const std::string& text, bool cut) {
  if (!cut) return parse_json(text, {}, nullptr).has_value();
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start != text.npos && (text.compare(start, 2, "{\"") == 0 || text[start] == '[');
}

// No text begins so, in whatever encoding of 8 bits.
bool is_binary(std::string_view text) {
  const std::string_view start = text.substr(0, kBeginning);
  return std::any_of(start.begin(), start.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7F;
  });
}

std::string binary_sentence(std::string_view text) {
  std::string bytes;
  for (const char c : text.substr(0, kBeginning)) bytes += " " + hex_byte(c);
  return "it is no text, and begins with" + bytes + "; compressed, perhaps by Brotli, and no header says so?";
}

}  // namespace

bool is_compressed_unasked(const Exchange& exchange) {
  if (exchange.body_size == 0 || find_header(exchange.request.headers, "accept-encoding")) return false;
  const std::string coding = exchange.header("content-encoding").value_or("");
  return (!coding.empty() && coding != "identity") || !compression_of(exchange.body).empty();
}

std::string compression_sentence(const Exchange& exchange) {
  const auto coding = exchange.header("content-encoding");
  return "the body is compressed " +
         (coding ? "(Content-Encoding: " + shortened(*coding, 40) + ")"
                 : "(" + std::string(compression_of(exchange.body)) + ", and no header says so)") +
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

std::string foreign_bytes(const Exchange& exchange) {
  const bool is_stream = exchange.is_event_stream();
  if (is_compressed_unasked(exchange)) return compression_sentence(exchange);
  const std::string said = said_charset(exchange);
  if (is_utf32(exchange.body)) return "it is UTF-32" + said + ", where JSON has to be UTF-8";
  if (is_utf16(exchange.body)) return "it is UTF-16" + said + ", where JSON has to be UTF-8";
  if (is_stream && exchange.events.empty()) return "";
  const std::string_view text = is_stream ? exchange.events.back().data : exchange.body;
  if (text.empty()) return "";
  const bool cut = is_stream ? exchange.events.back().data_cut : exchange.body_cut;
  if (const std::string byte = first_beyond_utf8(text); !byte.empty() && reads_as_json(readable(text), cut))
    return "it is not UTF-8" + said + ": " + byte + "; Latin-1 or another encoding of 8 bits?";
  return is_stream || !is_binary(text) ? "" : binary_sentence(text);
}

std::string why_broken(const Exchange& exchange) {
  if (const std::string foreign = foreign_bytes(exchange); !foreign.empty()) return "; " + foreign;
  return counts_characters(exchange) ? "; Content-Length is " + std::to_string(exchange.body_size) +
                                           ", which seems to count characters where it must count bytes"
                                     : "";
}

}  // namespace mcplumb

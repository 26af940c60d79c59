#include "conformance/exercise/result_words.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "client/jsonrpc/message.hpp"
#include "client/text/base64.hpp"
#include "client/text/wording.hpp"
#include "conformance/language/pattern.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kLines = 300;  // of a text

// Frames as runtimes print them: Python, JavaScript, Java and Kotlin, .NET, Go, Rust, Ruby, PHP.
constexpr const char* kFrames = R"((?x)
  ^[ \t]* File [ ] "[^"\n]+", [ ] line [ ] \d+ |
  ^\s+ at [ ] [^\n]* [^\s:(]+ :\d+:\d+ \)? [ \t]* $ |
  ^\s+ at [ ] [\w.$<>/]+ \( [\w$]+\.(?:java|kt|scala):\d+ \) |
  ^\s+ at [ ] [^\n]+ [ ] in [ ] [^\n]+:line [ ] \d+ |
  ^goroutine [ ] \d+ [ ] \[ |
  ^thread [ ] '[^'\n]*' [^\n]{0,40} panicked [ ] at |
  ^\s* (?: from [ ] )? [^\s:]+\.rb:\d+:in [ ] |
  ^\#\d+ [ ] [^\n]+\.php\(\d+\):)";

using namespace std::string_view_literals;
constexpr std::pair<std::string_view, std::string_view> kBeginnings[] = {{"\x89PNG\r\n\x1a\n"sv, "image/png"},
                                                                         {"\xff\xd8\xff"sv, "image/jpeg"},
                                                                         {"GIF87a"sv, "image/gif"},
                                                                         {"GIF89a"sv, "image/gif"},
                                                                         {"%PDF-"sv, "application/pdf"},
                                                                         {"OggS"sv, "audio/ogg"},
                                                                         {"fLaC"sv, "audio/flac"}};

// Of a type that has such a beginning, or is text: the bytes are not of it if they begin in another way.
bool has_beginning_of_its_own(std::string_view type) {
  if (type.starts_with("text/") || is_same_media_type(type, "application/json")) return true;
  for (const auto& [beginning, named] : kBeginnings)
    if (is_same_media_type(type, named)) return true;
  return is_same_media_type(type, "audio/wav") || is_same_media_type(type, "image/webp");
}

// Nobody can read it as such without the beginning that its format has.
bool always_has_its_beginning(std::string_view type) {
  for (const char* each : {"image/png", "image/jpeg", "image/gif", "image/webp"})
    if (is_same_media_type(type, each)) return true;
  return false;
}

}  // namespace

std::string media_type_of_bytes(std::string_view bytes) {
  if (bytes.starts_with("RIFF") && bytes.size() >= 12)
    return bytes.substr(8, 4) == "WAVE" ? "audio/wav" : bytes.substr(8, 4) == "WEBP" ? "image/webp" : "";
  for (const auto& [beginning, type] : kBeginnings)
    if (bytes.starts_with(beginning)) return std::string(type);
  return "";
}

bool is_same_media_type(std::string_view a, std::string_view b) {
  const auto plain = [](std::string_view type) {
    std::string name(type.substr(0, type.find(';')));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    while (!name.empty() && name.back() == ' ') name.pop_back();
    if (const std::size_t at = name.find("/x-"); at != std::string::npos) name.erase(at + 1, 2);
    if (name == "image/jpg" || name == "image/pjpeg") return std::string("image/jpeg");
    if (name == "audio/wave" || name == "audio/vnd.wave" || name == "audio/pn-wav") return std::string("audio/wav");
    return name;
  };
  const std::string one = plain(a), other = plain(b);
  // Ogg holds sound of several kinds, each with a name of its own.
  return one == other ||
         (other == "audio/ogg" && (one == "audio/opus" || one == "audio/vorbis" || one == "audio/speex"));
}

std::string wrong_media(const json& block) {
  const std::string_view type = string_member(block, "type");
  if (type == "resource") return wrong_media(part_at(block, {"resource"}));
  const bool is_resource = type.empty();
  if (!is_resource && type != "image" && type != "audio") return "";
  const auto bytes = from_base64(string_member(block, is_resource ? "blob" : "data"));
  const std::string_view said = string_member(block, "mimeType");
  if (is_resource && member(block, "blob") == nullptr && !string_member(block, "text").empty())
    return always_has_its_beginning(said) ? "says " + shortened(said, 60) + ", and is a text" : "";
  if (!bytes || said.empty()) return "";  // judged by the checks of contents
  if (bytes->empty()) return is_resource ? "" : "has no bytes";
  const std::string seen = media_type_of_bytes(*bytes);
  if (seen.empty() && always_has_its_beginning(said)) return "says " + shortened(said, 60) + ", and its bytes are not";
  if (seen.empty() || is_same_media_type(said, seen)) return "";
  // A file may be of a kind that is built upon another: what is drawn may be a PDF, what moves a PNG.
  if (is_resource && !has_beginning_of_its_own(said)) return "";
  return "says " + shortened(said, 60) + ", and its bytes are " + seen;
}

std::string stack_trace_in(const std::string& text) {
  static const Result<Pattern> kPattern = Pattern::compile(kFrames);
  std::size_t begin = 0;
  for (std::size_t lines = 0; lines < kLines && begin < text.size(); ++lines) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    if (kPattern->search(line) == Pattern::Match::yes)
      return shortened(line.substr(line.find_first_not_of(" \t")), 120);
    begin = end + 1;
  }
  return "";
}

std::string stack_trace_in(const json& value) {
  if (value.is_string()) return stack_trace_in(value.get_ref<const std::string&>());
  if (!value.is_structured()) return "";
  for (const auto& each : value)
    if (std::string found = stack_trace_in(each); !found.empty()) return found;
  return "";
}

}  // namespace mcplumb

#include "conformance/exercise/result_words.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/language/pattern.hpp"

namespace mcplumb {
namespace {

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

}  // namespace

std::string media_type_of_bytes(std::string_view bytes) {
  using namespace std::string_view_literals;
  static constexpr std::pair<std::string_view, std::string_view> kBeginnings[] = {{"\x89PNG\r\n\x1a\n"sv, "image/png"},
                                                                                  {"\xff\xd8\xff"sv, "image/jpeg"},
                                                                                  {"GIF87a"sv, "image/gif"},
                                                                                  {"GIF89a"sv, "image/gif"},
                                                                                  {"%PDF-"sv, "application/pdf"},
                                                                                  {"OggS"sv, "audio/ogg"},
                                                                                  {"fLaC"sv, "audio/flac"}};
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

std::string stack_trace_in(const nlohmann::json& value) {
  if (value.is_string()) return stack_trace_in(value.get_ref<const std::string&>());
  if (!value.is_structured()) return "";
  for (const auto& each : value)
    if (std::string found = stack_trace_in(each); !found.empty()) return found;
  return "";
}

}  // namespace mcplumb

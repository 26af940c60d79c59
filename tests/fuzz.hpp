// What the fuzzers share (`*_fuzz.cpp`, each with its kept corpus in tests/corpus/NAME/).
//
// MCPLUMB_FUZZER(name) { … } is the body of one execution, over `input`. With MCPLUMB_FUZZING it is a libFuzzer target;
// without, a unit test of the room that feeds it the kept corpus once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "client/text/printable.hpp"
#include "client/text/utf8.hpp"

#ifdef MCPLUMB_FUZZING
#define MCPLUMB_FUZZER(name)                                                          \
  static void name##_fuzzed(std::string_view input);                                  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    name##_fuzzed({reinterpret_cast<const char*>(data), size});                       \
    return 0;                                                                         \
  }                                                                                   \
  static void name##_fuzzed(std::string_view input)
#else
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#define MCPLUMB_FUZZER(name)                                                               \
  static void name##_fuzzed(std::string_view input);                                       \
  TEST_CASE("fuzzer: " #name " holds over its kept corpus") {                              \
    mcplumb::fuzz::feed_corpus(MCPLUMB_SOURCE_DIR "/tests/corpus/" #name, &name##_fuzzed); \
  }                                                                                        \
  static void name##_fuzzed(std::string_view input)
#endif

namespace mcplumb::fuzz {

// A property of the fuzzed code; `what` is the sentence that does not hold.
inline void require(bool holds, std::string_view what, std::string_view text = {}) {
  if (holds) return;
  const std::string sentence = std::string(what) + (text.empty() ? "" : ": " + mcplumb::printable(text));
#ifdef MCPLUMB_FUZZING
  std::fprintf(stderr, "does not hold: %s\n", sentence.c_str());
  std::abort();
#else
  throw std::logic_error(sentence);
#endif
}

// Text for people: UTF-8 without anything that acts on a terminal, but for the characters that are allowed.
inline void require_printable(std::string_view text, std::string_view allowed = {}) {
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint next = first_code_point(rest);
    require(next.valid, "the text is UTF-8", text);
    const bool may = next.bytes.size() == 1 && allowed.find(next.bytes) != allowed.npos;
    require(may || !is_unprintable(next.value), "nothing in the text acts on a terminal", text);
    rest.remove_prefix(next.bytes.size());
  }
}

// The parts of an input between lines that hold nothing but "%%".
inline std::vector<std::string_view> parts(std::string_view input) {
  constexpr std::string_view kBetween = "\n%%\n";
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = input.find(kBetween);
    out.push_back(input.substr(0, end));
    if (end == input.npos) return out;
    input.remove_prefix(end + kBetween.size());
  }
}

// The first line of an input, taken off it.
inline std::string_view take_line(std::string_view& input) {
  const std::string_view line = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(input.size(), line.size() + 1));
  return line;
}

#ifndef MCPLUMB_FUZZING
inline void feed_corpus(const char* folder, void (*fuzzed)(std::string_view)) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CAPTURE(entry.path().filename().string());
    CHECK_NOTHROW(fuzzed(text));
    ++files;
  }
  CHECK(files > 0);
}
#endif

}  // namespace mcplumb::fuzz

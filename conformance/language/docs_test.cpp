// docs/suite-language.md holds what the reader knows, and its example is a suite.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "conformance/language/format.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/need.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/verb.hpp"
#include "conformance/language/view_paths.hpp"
#include "conformance/language/vocabulary.hpp"

namespace mcplumb {
namespace {

std::string manual() {
  std::ifstream in(MCPLUMB_SOURCE_DIR "/docs/suite-language.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("manual: its example is a suite without mistakes") {
  const std::string text = manual();
  const std::string fence = "```yaml\nsuite:";
  const std::size_t start = text.find(fence);
  REQUIRE(start != std::string::npos);
  const std::size_t first = start + 8;
  const ReadResult read = read_suite(text.substr(first, text.find("```", first) - first), "example.yaml");
  for (const Diagnostic& problem : read.problems) FAIL_CHECK(render(problem));
  CHECK(read.suite.checks.size() == 3);
}

TEST_CASE("manual: every other suite in it is one without mistakes") {
  const std::string text = manual();
  ReaderContext context;
  context.own = context.only_listed = true;
  std::size_t found = 0;
  for (std::size_t at = text.find("```yaml\n"); at != std::string::npos; at = text.find("```yaml\n", at + 1)) {
    const std::string block = text.substr(at + 8, text.find("```", at + 8) - at - 8);
    if (block.find("checks:") == std::string::npos && block.find("use:") == std::string::npos) continue;
    ++found;
    for (const Diagnostic& problem : read_suite(block, "manual.yaml", context).problems) FAIL_CHECK(render(problem));
  }
  CHECK(found == 7);
}

TEST_CASE("manual: names every word of the language") {
  const std::string text = manual();
  for (const Words words :
       {suite_keys(), check_keys(), use_keys(), default_keys(), level_words(), session_words(), watch_words(),
        need_words(), verb_words(), modifier_keys(), matcher_words(), type_words(), format_words(), transport_words(),
        built_in_names(), path_roots(View::pages), path_roots(View::message)}) {
    for (const std::string_view word : words) {
      CAPTURE(word);
      const std::string name(word);
      const bool named = text.find("`" + name + "`") != std::string::npos ||
                         text.find("`" + name + ":") != std::string::npos ||
                         text.find("`" + name + ".") != std::string::npos;
      CHECK(named);
    }
  }
  for (const std::string_view root : {"timing", "stream", "failure", "request", "session", "server"}) {
    for (const std::string_view key : keys_below(root)) {
      const std::string path = std::string(root) + "." + std::string(key);
      CAPTURE(path);
      CHECK(text.find("`" + path) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace mcplumb

#include "conformance/language/pack.hpp"

#include <doctest/doctest.h>

#include "conformance/language/yaml.hpp"

namespace mcplumb {
namespace {

const std::string kText =
    "suite: s\ntitle: \"T\\0\"\nchecks:\n  - {id: a, title: A, level: may, watch: reply, expect: {header.x: 1.10}}\n";

TEST_CASE("pack: what is unpacked equals what was packed") {
  const Node root = *parse_yaml(kText, "s.yaml").root;
  const auto unpacked = unpack(pack(root, kText));
  REQUIRE(unpacked);
  CHECK(unpacked->root == root);
  CHECK(unpacked->text == kText);
}

TEST_CASE("pack: cut or changed bytes are an error, never a crash") {
  const std::string bytes = pack(*parse_yaml(kText, "s.yaml").root, kText);
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(unpack(bytes.substr(0, size)));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0xFF);
    static_cast<void>(unpack(changed));
  }
  CHECK_FALSE(unpack(bytes + "x"));
}

TEST_CASE("pack: built-in suites are read from their bytes") {
  const std::string bytes = pack(*parse_yaml(kText, "s.yaml").root, kText);
  const PackedSuite packed[] = {{"s.yaml", bytes, "a b.c"}};
  CHECK(packed[0].holds("a"));
  CHECK(packed[0].holds("b.c"));
  CHECK_FALSE(packed[0].holds("b"));
  CHECK_FALSE(packed[0].holds(""));
  const std::vector<Suite> suites = unpack_suites(packed);
  REQUIRE(suites.size() == 1);
  CHECK(suites[0].checks[0].expect.all[0].matcher.clauses[0].value == "1.10");
  CHECK(suites[0].checks[0].at.file == "s.yaml");
  const PackedSuite damaged[] = {{"s.yaml", "?", ""}};
  CHECK_THROWS_AS(unpack_suites(damaged), std::logic_error);
}

}  // namespace
}  // namespace mcplumb

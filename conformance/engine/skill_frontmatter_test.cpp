#include "conformance/engine/skill_frontmatter.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mcplumb;
using nlohmann::json;

namespace {

std::string of_entry(const std::string& yaml, const char* entry) {
  const Frontmatter found = read_frontmatter("---\n" + yaml + "---\n# Text\n");
  REQUIRE(found.yaml);
  const auto difference = first_difference(*found.yaml, json::parse(entry), "f");
  return difference ? difference->path + (difference->is_of_keys ? " (key)" : "") : "";
}

}  // namespace

TEST_CASE("frontmatter: where it is, and where it is not") {
  CHECK(read_frontmatter("# Text\n").problem == "the first line is not ---");
  CHECK(read_frontmatter("---\nname: a\n").problem == "no --- closes it");
  CHECK(read_frontmatter("---\nname: a\n---\n").problem == "it has no description");
  CHECK(read_frontmatter("---\n- a\n---\n").problem == "it is a list");
  CHECK(read_frontmatter("\n---\nname: a\ndescription: b\n---\n").is_odd);
  CHECK(read_frontmatter("\xEF\xBB\xBF---\r\nname: a\r\ndescription: b\r\n---\r\n").problem == "");
  // YAML that is more than this project reads is no defect.
  const Frontmatter anchored = read_frontmatter("---\nname: &x a\ndescription: *x\n---\n");
  CHECK(anchored.problem == "");
  CHECK_FALSE(anchored.yaml);
}

TEST_CASE("frontmatter: what an entry has to repeat") {
  const std::string yaml = "name: a\ndescription: b\nmetadata:\n  author: me\n  tags: [x, y]\n";
  CHECK(of_entry(yaml, R"({"name":"a","description":"b","metadata":{"tags":["x","y"],"author":"me"}})") == "");
  CHECK(of_entry(yaml, R"({"name":"a","description":"c","metadata":{"tags":["x","y"],"author":"me"}})") ==
        "f.description");
  CHECK(of_entry(yaml, R"({"name":"a","description":"b"})") == "f.metadata (key)");
  CHECK(of_entry(yaml, R"({"name":"a","description":"b","metadata":{"tags":["x","y"],"author":"me"},"x":1})") ==
        "f.x (key)");
  CHECK(of_entry(yaml, R"({"name":"a","description":"b","metadata":{"tags":["x"],"author":"me"}})") ==
        "f.metadata.tags");
}

TEST_CASE("frontmatter: what YAML leaves open is no difference") {
  const std::string begin = "name: a\ndescription: b\n";
  for (const char* value : {R"("1.0")", "1.0", "1"})
    CHECK(of_entry(begin + "version: 1.0\n",
                   (R"({"name":"a","description":"b","version":)" + std::string(value) + "}").c_str()) == "");
  CHECK(of_entry(begin + "on: yes\n", R"({"name":"a","description":"b","on":true})") == "");
  CHECK(of_entry(begin + "date: 2026-01-02\n", R"({"name":"a","description":"b","date":"2026-01-02T00:00:00Z"})") ==
        "");
  CHECK(of_entry("name: a\ndescription: |\n  b\n", R"({"name":"a","description":"b"})") == "");
}

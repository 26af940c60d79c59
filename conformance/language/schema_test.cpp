// docs/suite.schema.json lists the same closed sets as the reader.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "client/transport/era.hpp"
#include "conformance/language/format.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/need.hpp"
#include "conformance/language/verb.hpp"
#include "conformance/language/vocabulary.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;
using Set = std::set<std::string>;

const json& schema() {
  static const json parsed = [] {
    std::ifstream in(MCPLUMB_SOURCE_DIR "/docs/suite.schema.json");
    return json::parse(in);
  }();
  return parsed;
}

const json& definition(const std::string& name) { return schema()["$defs"].at(name); }

Set set_of(Words words) { return Set(words.begin(), words.end()); }

Set keys_of(const json& object) {
  Set keys;
  for (auto it = object.begin(); it != object.end(); ++it) keys.insert(it.key());
  return keys;
}

Set values_of(const json& list) { return list.get<Set>(); }

TEST_CASE("schema: knows the same keys as the reader") {
  CHECK(keys_of(schema()["properties"]) == set_of(suite_keys()));
  CHECK(keys_of(definition("defaults")["properties"]) == set_of(default_keys()));
  CHECK(keys_of(definition("check")["properties"]) == set_of(check_keys()));
  CHECK(keys_of(definition("use")["properties"]) == set_of(use_keys()));
}

TEST_CASE("schema: knows the same verbs, modifiers and arguments as the reader") {
  Set step = set_of(verb_words());
  step.merge(set_of(modifier_keys()));
  CHECK(keys_of(definition("step")["properties"]) == step);
  Set required;
  for (const json& alternative : definition("step")["oneOf"]) required.insert(alternative["required"][0]);
  CHECK(required == set_of(verb_words()));
  for (std::size_t i = 0; i < verb_words().size(); ++i) {
    const auto verb = static_cast<Verb>(i);
    if (verb == Verb::pause || verb == Verb::parallel) continue;
    CAPTURE(verb_words()[i]);
    CHECK(keys_of(definition(std::string(verb_words()[i]) + "-arguments")["properties"]) ==
          set_of(argument_keys(verb)));
  }
}

TEST_CASE("schema: knows the same words as the reader") {
  CHECK(keys_of(definition("matcher-words")["properties"]) == set_of(matcher_words()));
  CHECK(values_of(definition("matcher-words")["properties"]["format"]["enum"]) == set_of(format_words()));
  CHECK(values_of(definition("type-word")["enum"]) == set_of(type_words()));
  CHECK(values_of(definition("level-word")["enum"]) == set_of(level_words()));
  CHECK(values_of(definition("session-use")["enum"]) == set_of(session_words()));
  CHECK(values_of(definition("transports")["items"]["enum"]) == set_of(transport_words()));
  CHECK(values_of(definition("revision")["enum"]) == set_of(published_revisions()));
  CHECK(values_of(definition("check")["properties"]["watch"]["enum"]) == set_of(watch_words()));
}

TEST_CASE("schema: knows the same needs as the reader") {
  const json& need = definition("need")["anyOf"];
  CHECK(values_of(need[0]["enum"]) == set_of(need_words()));
  std::string capabilities;
  for (const std::string_view word : capability_words()) {
    capabilities += (capabilities.empty() ? "" : "|") + std::string(word);
  }
  CHECK(need[1]["pattern"] == "^cap:(" + capabilities + ")(\\..+)?$");
  CHECK(need[2]["pattern"] == "^role:.+$");
  CHECK(set_of(need_prefixes()) == Set{"cap:", "role:"});
}

TEST_CASE("schema: every reference leads somewhere") {
  const std::string text = schema().dump();
  for (std::size_t at = text.find("#/$defs/"); at != std::string::npos; at = text.find("#/$defs/", at + 1)) {
    const std::size_t start = at + 8;
    CHECK(schema()["$defs"].contains(text.substr(start, text.find('"', start) - start)));
  }
}

}  // namespace
}  // namespace mcplumb

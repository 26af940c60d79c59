// Steps: a verb, its arguments, and what must come back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/path_reader.hpp"
#include "conformance/language/reading.hpp"

namespace mcplumb {

class StepReader {
 public:
  // All three must outlive it.
  StepReader(const Reading& reading, PathReader& paths, MatcherReader& matchers)
      : values_(reading.values), names_(reading.names), paths_(paths), matchers_(matchers), own_(reading.outside.own) {}

  std::vector<Step> steps(const Node& node, const std::string& what);
  Step step(const Node& node);

 private:
  std::optional<Verb> verb(const Node& node, const Node** value);
  void refuse_key(const Node& key);
  void open_names(Step& step, const Node& node);

  void read_modifiers(Step& step, const Node& node);
  void read_modifier(Step& step, const Node& key, const Node& value);
  void read_reference(Step& step, const Node& key, const Node& value);
  void read_captures(Step& step, const Node& value, View view);
  void refuse_missing_stream(Step& step, const Node& node);

  void read_arguments(Step& step, const Node& key, const Node& value);
  void read_map_arguments(Step& step, const Node& key, const Node& value);
  void check_forms(const Node& value);
  void read_request_arguments(Step& step, const Node& key, const Node& value);
  void read_http_arguments(Step& step, const Node& key, const Node& value);
  void read_call_arguments(Step& step, const Node& key, const Node& value);
  void read_answers(const Node& answers);
  void read_repeat(Step& step, const Node& key, const Node& value);
  void read_for_each(Step& step, const Node& key, const Node& value);
  void read_parallel(Step& step, const Node& value);
  nlohmann::json headers(const Node& node);

  ValueReader& values_;
  NameReader& names_;
  PathReader& paths_;
  MatcherReader& matchers_;
  bool own_;  // of a user's suite: its steps expect success
};

}  // namespace mcplumb

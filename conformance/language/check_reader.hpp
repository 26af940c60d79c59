// Checks: who they are, when they apply, and what they do.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/reach_reader.hpp"
#include "conformance/language/reading.hpp"
#include "conformance/language/step_reader.hpp"

namespace mcplumb {

class CheckReader {
 public:
  // All must outlive it.
  CheckReader(const Reading& reading, ReachReader& reach, MatcherReader& matchers, StepReader& steps)
      : values_(reading.values),
        names_(reading.names),
        outside_(reading.outside),
        reach_(reach),
        matchers_(matchers),
        steps_(steps) {}

  void read_defaults(const Node& node);  // for all checks after it
  Check check(const Node& node);

 private:
  void read_identity(Check& check, const Node& node);
  void refuse_taken_id(const Check& check, const Node& id);
  void read_reach(Check& check, const Node& node);
  void read_texts(Check& check, const Node& node);
  void read_covers(Check& check, const Node& covers);
  std::map<std::string, std::vector<std::string>> read_proofs(const Node& rows, const std::string& of);
  void read_needs(Check& check, const Node& node);
  std::optional<Need> read_need(const Node& at, const std::string& text);
  void refuse_need(const Node& at, const std::string& text);
  void begin_scope(const Check& check);
  void read_body(Check& check, const Node& node);
  void read_only_step(Check& check, const Node& node, const Node& only);
  void read_steps(Check& check, const Node& node, const Node& steps);
  bool read_judge_beside_steps(Check& check, const Node& node);
  void read_watch(Check& check, const Node& node, const Node& watch);
  bool read_wishes(Check& check, const Node& node, View view);
  void read_manifest_watch(Check& check, const Node& node, const Node& watch);
  void read_conforms(Check& check, const Node& conforms, View view);
  void read_judge(Check& check, const Node& node);
  void read_judge_name(Check& check, const Node& judge);

  ValueReader& values_;
  NameReader& names_;
  const ReaderContext& outside_;
  ReachReader& reach_;
  MatcherReader& matchers_;
  StepReader& steps_;
  Check defaults_;
  bool has_default_level_ = false;
  std::map<std::string, std::string> ids_;  // and where they stand
};

}  // namespace mcplumb

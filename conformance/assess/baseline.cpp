#include "conformance/assess/baseline.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/language/suggestion.hpp"
#include "conformance/language/value_reader.hpp"
#include "conformance/language/yaml.hpp"
#include "conformance/record/json_text.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kBaselineKeys[] = {"server", "complete", "expected"};
constexpr std::string_view kEntryKeys[] = {"verdict", "reason"};
constexpr std::string_view kExpectable[] = {"fail", "warn", "note", "skip", "inconclusive"};

class BaselineReader : private ValueReader {
 public:
  BaselineReader(const SourceText& source, bool reasons_may_miss) : ValueReader(source), lenient_(reasons_may_miss) {}

  BaselineRead read(const Node& root) {
    baseline_.file = source().file();
    if (is_map(root, "a baseline")) read_baseline(root);
    return {std::move(baseline_), release_problems()};
  }

 private:
  void read_baseline(const Node& root) {
    refuse_unknown_keys(root, kBaselineKeys, "a baseline");
    // An empty text says as much as none.
    if (const Node* server = root.find("server"); server != nullptr && !is_empty(*server))
      baseline_.server = text(*server, "`server`");
    if (const Node* complete = root.find("complete")) baseline_.complete = flag(*complete, "`complete`");
    const Node* expected = root.find("expected");
    if (expected == nullptr) {
      if (!lenient_) error(root, "a baseline needs `expected`: a map from check ids to {verdict, reason}");
    } else if (is_map(*expected, "`expected`")) {
      for (std::size_t i = 0; i < expected->keys.size(); ++i) entry(expected->keys[i], expected->values[i]);
    }
  }

  static bool is_empty(const Node& node) { return node.kind == Node::Kind::scalar && node.text.empty(); }

  void entry(const Node& id, const Node& value) {
    if (!is_map(value, "an entry")) return;
    refuse_unknown_keys(value, kEntryKeys, "an entry");
    Expected expected;
    const Node *verdict = value.find("verdict"), *reason = value.find("reason");
    if (verdict == nullptr)
      return error(value, "an entry needs `verdict`, one of fail, warn, note, skip, inconclusive");
    if (!index_of(verdict->text, kExpectable))
      return error(*verdict, "unknown verdict " + in_ticks(verdict->text) + suggestion(verdict->text, kExpectable));
    expected.verdict = *verdict_from(verdict->text);
    if (reason != nullptr && reason->kind == Node::Kind::scalar) expected.reason = reason->text;
    if (expected.reason.empty() && !lenient_)
      error(reason != nullptr ? *reason : value, "say why " + in_ticks(id.text) + " is expected to " +
                                                     in_words(*verdict) +
                                                     "; `reason` is for the next person who reads this");
    baseline_.expected[id.text] = std::move(expected);
  }

  static std::string in_words(const Node& verdict) {
    return verdict.text == "fail" || verdict.text == "warn" ? verdict.text : "be " + verdict.text;
  }

  bool lenient_;
  Baseline baseline_;
};

// Whether the run came far enough to say that an entry no longer holds.
bool came_to_its_end(const Run& run) { return run.handshake_problem.empty() && !run.interrupted; }

}  // namespace

BaselineRead read_baseline(std::string_view text, const std::string& file, bool reasons_may_miss) {
  const SourceText source(file, text);
  YamlResult yaml = parse_yaml(text, file);
  BaselineRead read;
  if (yaml.root) read = BaselineReader(source, reasons_may_miss).read(*yaml.root);
  read.problems.insert(read.problems.begin(), yaml.problems.begin(), yaml.problems.end());
  return read;
}

void apply_baseline(Run& run, const Baseline& baseline, const std::vector<std::string>& known) {
  run.baseline = BaselineUse{baseline.file, baseline.complete, {}};
  std::vector<std::string> met;
  for (Outcome& outcome : run.outcomes) {
    const auto entry = baseline.expected.find(outcome.id);
    if (entry == baseline.expected.end()) continue;
    met.push_back(outcome.id);
    outcome.expected = entry->second;
    const bool differs = outcome.verdict != entry->second.verdict;
    if (!differs || outcome.left_out || !came_to_its_end(run) || is_unexpected(run, outcome)) continue;
    if (outcome.verdict == Verdict::inconclusive) continue;
    run.baseline->stale.push_back({outcome.id, entry->second, std::string(to_string(outcome.verdict))});
  }
  for (const auto& [id, expected] : baseline.expected) {
    if (std::find(met.begin(), met.end(), id) != met.end()) continue;
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    run.baseline->stale.push_back({id, expected, "no such check" + suggestion(id, known)});
  }
}

UpdatedBaseline update_baseline(const Baseline& old, const Run& run) {
  UpdatedBaseline made;
  made.baseline = old;
  made.baseline.expected.clear();
  for (const Outcome& outcome : run.outcomes) {
    if (outcome.verdict == Verdict::pass) continue;
    const auto before = old.expected.find(outcome.id);
    const bool fails = outcome.verdict == Verdict::fail || outcome.verdict == Verdict::inconclusive;
    if (!old.complete && !fails && before == old.expected.end()) continue;
    Expected entry{outcome.verdict, ""};
    if (outcome.verdict == Verdict::skip) entry.reason = outcome.reason;
    if (entry.reason.empty() && before != old.expected.end() && before->second.verdict == outcome.verdict)
      entry.reason = before->second.reason;
    if (entry.reason.empty()) made.without_reason.push_back(outcome.id);
    made.baseline.expected[outcome.id] = std::move(entry);
  }
  return made;
}

std::string to_text(const Baseline& baseline) {
  nlohmann::ordered_json value = nlohmann::ordered_json::object();
  if (!baseline.server.empty()) value["server"] = baseline.server;
  if (baseline.complete) value["complete"] = true;
  value["expected"] = nlohmann::ordered_json::object();
  for (const auto& [id, expected] : baseline.expected)
    value["expected"][id] = {{"verdict", to_string(expected.verdict)}, {"reason", expected.reason}};
  return json_text(value);
}

}  // namespace mcplumb

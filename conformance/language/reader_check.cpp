#include <algorithm>

#include "conformance/language/reader_parts.hpp"

namespace mcplumb {
namespace {

// [a-z0-9]+ joined by single dots and dashes.
bool is_id(const std::string& text) {
  bool separated = true;
  for (const char c : text) {
    const bool separator = c == '.' || c == '-';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!(separator ? !separated : letter)) return false;
    separated = separator;
  }
  return !separated;
}

bool expects_something(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return !step.expect.all.empty() || !step.prefer.all.empty() || !step.mention.all.empty() ||
           expects_something(step.steps);
  });
}

}  // namespace

Check SuiteReader::check(const Node& node) {
  Check result = defaults_;
  result.at = place(node);
  result.own = context_.own;
  if (!is_map(node, "a check")) return result;
  refuse_unknown_keys(node, check_keys(), "a check");
  read_identity(result, node);
  read_reach(result, node);
  read_texts(result, node);
  if (const Node* needs = node.find("needs")) read_needs(result, *needs);
  read_body(result, node);
  result.source = source_.between(node.line, node.column, node.end_line, node.end_column);
  return result;
}

void SuiteReader::read_identity(Check& check, const Node& node) {
  const Node* title = context_.own ? node.find("title") : required(node, "title", check_keys(), "a check");
  if (title) check.title = text(*title, "`title`");
  const Node* id = required(node, "id", check_keys(), "a check");
  if (!id) return;
  check.id = text(*id, "`id`");
  if (!title) check.title = check.id;
  if (!is_id(check.id)) return error(*id, "`id` must be small letters and digits, joined by single dots and dashes");
  const std::string here = source_.file() + ":" + std::to_string(id->line) + ":" + std::to_string(id->column);
  const auto [mine, fresh] = ids_.emplace(check.id, here);
  const auto other = context_.taken.find(check.id);
  if (!fresh) error(*id, "the id " + in_ticks(check.id) + " is taken by " + mine->second);
  if (fresh && other != context_.taken.end())
    error(*id, "the id " + in_ticks(check.id) + " is taken by " + other->second);
}

// Where and how strictly the check applies.
void SuiteReader::read_reach(Check& check, const Node& node) {
  if (const Node* value = node.find("revisions")) check.revisions = revisions(*value);
  if (const Node* value = node.find("transports")) check.transports = transports(*value);
  if (const Node* value = node.find("session")) {
    if (const auto index = word(*value, session_words(), "session use"))
      check.session = static_cast<SessionUse>(*index);
  }
  if (const Node* value = node.find("deadline")) check.deadline = duration(*value, "`deadline`");
  if (const Node* value = node.find("retry")) check.retry = static_cast<std::size_t>(count(*value, "`retry`", 0));
  const Node* level = node.find("level");
  if (level) read_levels(check, *level);
  if (!level && !default_level_ && context_.own) check.levels = {{RevisionRange{}, Level::must}};
  if (!level && !default_level_ && !context_.own) required(node, "level", check_keys(), "a check");
  if (!check.levels.empty()) refuse_missing_level(check, level ? *level : node);
}

void SuiteReader::read_levels(Check& check, const Node& node) {
  check.levels.clear();
  if (node.kind == Node::Kind::map) {
    if (node.keys.empty()) error(node, "`level` must not be empty");
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const RevisionRange range = revision_range(node.keys[i]);
      if (const auto index = word(node.values[i], level_words(), "level")) {
        check.levels.emplace_back(range, static_cast<Level>(*index));
      }
    }
  } else if (const auto index = word(node, level_words(), "level")) {
    check.levels.emplace_back(RevisionRange{}, static_cast<Level>(*index));
  }
}

void SuiteReader::refuse_missing_level(const Check& check, const Node& at) {
  for (const std::string_view revision : published_revisions()) {
    const bool has_level = std::any_of(check.levels.begin(), check.levels.end(),
                                       [&](const auto& entry) { return entry.first.contains(revision); });
    if (!has_level && check.applies_to(revision)) {
      return error(at, "no level for revision " + std::string(revision) + ", which the check applies to");
    }
  }
}

void SuiteReader::read_texts(Check& check, const Node& node) {
  if (const Node* value = node.find("spec")) check.spec = text(*value, "`spec`");
  if (const Node* value = node.find("cure")) check.cure = text(*value, "`cure`");
  if (const Node* value = node.find("note")) check.note = text(*value, "`note`");
  if (const Node* value = node.find("covers")) check.covers = texts(*value, "`covers`");
  if (const Node* value = node.find("tags")) check.tags = texts(*value, "`tags`");
  if (const Node* value = node.find("mutants")) check.mutants = texts(*value, "`mutants`");
}

void SuiteReader::read_needs(Check& check, const Node& node) {
  check.needs = texts(node, "`needs`");
  for (std::size_t i = 0; i < check.needs.size(); ++i) read_need(node.items[i], check.needs[i]);
}

void SuiteReader::read_need(const Node& at, const std::string& need) {
  if (index_of(need, need_words())) return;
  const std::size_t colon = need.find(':');
  const std::string prefix = colon == std::string::npos ? "" : need.substr(0, colon + 1);
  const std::string rest = need.substr(prefix.size());
  if (prefix == "cap:" && !rest.empty()) {
    const std::string root = rest.substr(0, rest.find('.'));
    if (index_of(root, capability_words())) return;
    return error(at, "unknown capability " + in_ticks(root) + suggestion(root, capability_words()));
  }
  if (prefix == "role:" && !rest.empty()) return;
  std::vector<std::string> known(need_words().begin(), need_words().end());
  known.insert(known.end(), need_prefixes().begin(), need_prefixes().end());
  if (prefix.empty()) return error(at, "unknown need " + in_ticks(need) + suggestion(need, known));
  error(at, "unknown need " + in_ticks(need) + suggestion(prefix, known));
}

// Either steps or watching.
void SuiteReader::read_body(Check& check, const Node& node) {
  scope_ = {};
  scope_.names.insert(built_in_names().begin(), built_in_names().end());
  for (const std::string& need : check.needs) {
    if (!need.starts_with("role:")) continue;
    scope_.names.insert("role." + need.substr(5));
    scope_.names.insert("role." + need.substr(5) + ".arguments");
  }
  for (const auto& [known, value] : variables_) scope_.names.insert(known);
  if (check.session != SessionUse::none) scope_.sessions.insert("main");
  const Node *steps = node.find("steps"), *watch = node.find("watch");
  const std::optional<Node> only = only_step(node);
  if (steps && watch) return error(*watch, "a check has either `steps` or `watch`, not both");
  if (only && (steps || watch)) {
    return error(only->keys[0], in_ticks(only->keys[0].text) + " beside " + (steps ? "`steps`" : "`watch`") +
                                    "; a check has either one step of its own, or `steps`, or `watch`");
  }
  if (only) return read_only_step(check, node, *only);
  if (!steps && !watch) return error(node, "a check needs `steps`, `watch`, or one step as in `request: tools/list`");
  if (steps) return read_steps(check, node, *steps);
  read_watch(check, node, *watch);
}

// A check of one step may do without `steps`: its verb and what belongs to it, as a step of their own. The verb stands
// first in it.
std::optional<Node> SuiteReader::only_step(const Node& check) {
  Node step = check;
  step.keys.clear();
  step.values.clear();
  bool found = false;
  for (std::size_t i = 0; i < check.keys.size(); ++i) {
    const bool verb = index_of(check.keys[i].text, verb_words()).has_value();
    const bool belongs = index_of(check.keys[i].text,
                                  std::vector<std::string_view>{"expect", "prefer", "mention", "require", "deliberate"})
                             .has_value();
    if (!verb && !belongs) continue;
    const auto at = static_cast<std::ptrdiff_t>(verb && !found ? 0 : step.keys.size());
    step.keys.insert(step.keys.begin() + at, check.keys[i]);
    step.values.insert(step.values.begin() + at, check.values[i]);
    found = found || verb;
  }
  if (!found) return std::nullopt;
  return step;
}

void SuiteReader::read_only_step(Check& check, const Node& node, const Node& only) {
  if (const Node* where = node.find("where")) error(*where, "`where` goes with `watch`");
  const std::size_t before = problems_.size();
  check.steps = {step(only)};
  if (const Node* judge = node.find("judge")) {
    check.watch = Watch::run;
    read_judge_name(check, *judge);
  } else if (problems_.size() == before && !expects_something(check.steps)) {
    error(only.keys[0], "this check expects nothing; write `expect:` below");
  }
}

void SuiteReader::read_steps(Check& check, const Node& node, const Node& list) {
  for (const Node& key : node.keys) {
    if (index_of(key.text,
                 std::vector<std::string_view>{"where", "expect", "prefer", "mention", "require", "deliberate"})) {
      error(key, in_ticks(key.text) + " goes with `watch`; here it belongs into a step");
    }
  }
  const std::size_t before = problems_.size();
  check.steps = steps(list, "`steps`");
  // The steps then only make traffic, and the judge looks at the whole run.
  if (const Node* judge = node.find("judge")) {
    check.watch = Watch::run;
    read_judge_name(check, *judge);
  } else if (problems_.size() == before && !expects_something(check.steps))
    error(list, "no step of this check expects anything");
}

void SuiteReader::read_watch(Check& check, const Node& node, const Node& watch) {
  const auto kind = word(watch, watch_words(), "kind to watch");
  if (!kind) return;
  check.watch = static_cast<Watch>(*kind + 1);
  if (check.watch == Watch::run) return read_judge(check, node);
  if (const Node* judge = node.find("judge")) error(*judge, "`judge` goes with `watch: run`");
  const View view = check.watch == Watch::reply || check.watch == Watch::stream ? View::exchange : View::message;
  if (const Node* value = node.find("where")) check.where = expectations(*value, view);
  if (const Node* value = node.find("expect")) check.expect = expectations(*value, view);
  if (const Node* value = node.find("prefer")) check.prefer = expectations(*value, view);
  if (const Node* value = node.find("mention")) check.mention = expectations(*value, view);
  if (!node.find("expect") && !node.find("prefer") && !node.find("mention")) {
    error(watch, "a watching check needs `expect`, `prefer` or `mention`");
  }
}

void SuiteReader::read_judge(Check& check, const Node& node) {
  for (const Node& key : node.keys) {
    if (index_of(key.text, std::vector<std::string_view>{"where", "expect", "prefer", "mention"})) {
      error(key, in_ticks(key.text) + " does not go with `watch: run`: the judge decides");
    }
  }
  const Node* judge = required(node, "judge", check_keys(), "`watch: run`");
  if (judge) read_judge_name(check, *judge);
}

void SuiteReader::read_judge_name(Check& check, const Node& judge) {
  check.judge = text(judge, "`judge`");
  const auto& known = context_.judges;
  if (known.empty() || std::find(known.begin(), known.end(), check.judge) != known.end()) return;
  error(judge, "unknown judge " + in_ticks(check.judge) + suggestion(check.judge, known));
}

}  // namespace mcplumb

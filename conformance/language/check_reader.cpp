#include "conformance/language/check_reader.hpp"

#include <algorithm>

#include "conformance/language/selection.hpp"
#include "conformance/language/verb.hpp"
#include "conformance/language/vocabulary.hpp"
#include "conformance/record/words.hpp"

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

// A check of one step may do without `steps`: its verb and what belongs to it,
// as a step of their own. The verb stands first in it.
std::optional<Node> only_step(const Node& check) {
  Node step = check;
  step.keys.clear();
  step.values.clear();
  bool found = false;
  for (std::size_t i = 0; i < check.keys.size(); ++i) {
    const std::string& key = check.keys[i].text;
    const bool verb = index_of(key, verb_words()).has_value();
    if (!verb && !is_any_of(key, {"expect", "prefer", "mention", "require", "deliberate"})) continue;
    const auto at = static_cast<std::ptrdiff_t>(verb && !found ? 0 : step.keys.size());
    step.keys.insert(step.keys.begin() + at, check.keys[i]);
    step.values.insert(step.values.begin() + at, check.values[i]);
    found = found || verb;
  }
  if (!found) return std::nullopt;
  return step;
}

}  // namespace

void CheckReader::read_defaults(const Node& node) {
  if (!values_.is_map(node, "`defaults`")) return;
  values_.refuse_unknown_keys(node, default_keys(), "`defaults`");
  reach_.read_common(defaults_, node);
  const Node* level = node.find("level");
  has_default_level_ = level != nullptr;
  if (level) reach_.read_levels(defaults_, *level);
}

Check CheckReader::check(const Node& node) {
  Check result = defaults_;
  result.at = values_.place(node);
  result.own = outside_.own;
  if (!values_.is_map(node, "a check")) return result;
  values_.refuse_unknown_keys(node, check_keys(), "a check");
  read_identity(result, node);
  read_reach(result, node);
  read_texts(result, node);
  if (const Node* needs = node.find("needs")) read_needs(result, *needs);
  begin_scope(result);
  read_body(result, node);
  result.refers_to = names_.scope().used;
  result.source = values_.source().between(node.line, node.column, node.end_line, node.end_column);
  return result;
}

void CheckReader::read_identity(Check& check, const Node& node) {
  const Node* title = outside_.own ? node.find("title") : values_.required(node, "title", check_keys(), "a check");
  if (title) check.title = values_.text(*title, "`title`");
  const Node* id = values_.required(node, "id", check_keys(), "a check");
  if (!id) return;
  check.id = values_.text(*id, "`id`");
  if (!title) check.title = check.id;
  if (!is_id(check.id))
    return values_.error(*id,
                         "`id` must be small letters and digits, joined "
                         "by single dots and dashes");
  refuse_taken_id(check, *id);
}

void CheckReader::refuse_taken_id(const Check& check, const Node& id) {
  const std::string here = values_.source().file() + ":" + std::to_string(id.line) + ":" + std::to_string(id.column);
  const auto [mine, fresh] = ids_.emplace(check.id, here);
  const auto other = outside_.taken.find(check.id);
  if (!fresh) values_.error(id, "the id " + in_ticks(check.id) + " is taken by " + mine->second);
  if (fresh && other != outside_.taken.end())
    values_.error(id, "the id " + in_ticks(check.id) + " is taken by " + other->second);
}

// Where and how strictly the check applies.
void CheckReader::read_reach(Check& check, const Node& node) {
  reach_.read_common(check, node);
  if (const Node* value = node.find("deadline")) check.deadline = values_.duration(*value, "`deadline`");
  const Node* level = node.find("level");
  if (level) {
    reach_.read_levels(check, *level);
  } else if (!has_default_level_ && outside_.own) {
    check.levels = {{RevisionRange{}, Level::must}};
  } else if (!has_default_level_) {
    values_.required(node, "level", check_keys(), "a check");
  }
  if (!check.levels.empty()) reach_.refuse_missing_level(check, level ? *level : node);
}

void CheckReader::read_texts(Check& check, const Node& node) {
  if (const Node* value = node.find("spec")) check.spec = values_.text(*value, "`spec`");
  if (const Node* value = node.find("cure")) check.cure = values_.text(*value, "`cure`");
  if (const Node* value = node.find("note")) check.note = values_.text(*value, "`note`");
  if (const Node* value = node.find("mutants")) check.mutants = values_.texts(*value, "`mutants`");
  if (const Node* value = node.find("covers")) read_covers(check, *value);
  if (const Node* value = node.find("tolerates"); value && values_.is_map(*value, "`tolerates`"))
    check.tolerates = read_proofs(*value, "variants");
}

// A list: each mutant breaks all of them. A map names the mutants of each.
void CheckReader::read_covers(Check& check, const Node& covers) {
  if (covers.kind != Node::Kind::map) {
    check.covers = values_.texts(covers, "`covers`");
    for (const std::string& row : check.covers) check.proofs[row] = check.mutants;
    return;
  }
  check.proofs = read_proofs(covers, "mutants");
  for (const Node& row : covers.keys) check.covers.push_back(row.text);
  for (const auto& [row, mutants] : check.proofs)
    for (const std::string& mutant : mutants)
      if (std::find(check.mutants.begin(), check.mutants.end(), mutant) == check.mutants.end())
        check.mutants.push_back(mutant);
}

// From each row to one text, or to a list of them.
std::map<std::string, std::vector<std::string>> CheckReader::read_proofs(const Node& rows, const std::string& of) {
  std::map<std::string, std::vector<std::string>> proofs;
  for (std::size_t i = 0; i < rows.keys.size(); ++i) {
    const std::string &row = rows.keys[i].text, what = "the " + of + " of " + in_ticks(row);
    const Node& value = rows.values[i];
    proofs[row] = value.kind == Node::Kind::list ? values_.texts(value, what)
                                                 : std::vector<std::string>{values_.text(value, what)};
  }
  return proofs;
}

void CheckReader::read_needs(Check& check, const Node& node) {
  const std::vector<std::string> texts = values_.texts(node, "`needs`");
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (const auto need = read_need(node.items[i], texts[i])) check.needs.push_back(*need);
}

std::optional<Need> CheckReader::read_need(const Node& at, const std::string& text) {
  const auto need = need_from(text);
  if (!need) {
    refuse_need(at, text);
  } else if (need->kind == NeedKind::capability) {
    const std::string root = need->argument.substr(0, need->argument.find('.'));
    if (!index_of(root, capability_words()))
      values_.error(at, "unknown capability " + in_ticks(root) + suggestion(root, capability_words()));
  }
  return need;
}

void CheckReader::refuse_need(const Node& at, const std::string& text) {
  std::vector<std::string> known(need_words().begin(), need_words().end());
  known.insert(known.end(), need_prefixes().begin(), need_prefixes().end());
  const std::size_t colon = text.find(':');
  const std::string meant = colon == std::string::npos ? text : text.substr(0, colon + 1);
  values_.error(at, "unknown need " + in_ticks(text) + suggestion(meant, known));
}

// What the steps of the check may name from the start.
void CheckReader::begin_scope(const Check& check) {
  names_.begin_scope();
  for (const Need& need : check.needs) {
    if (need.kind != NeedKind::role) continue;
    names_.scope().names.insert("role." + need.argument);
    names_.scope().names.insert("role." + need.argument + ".arguments");
    names_.scope().names.insert("role." + need.argument + ".all");
    names_.scope().names.insert("role." + need.argument + ".other-case");
    names_.scope().names.insert("role." + need.argument + ".headers");
  }
  if (check.session != SessionUse::none) names_.scope().sessions.insert("main");
}

// Either steps or watching.
void CheckReader::read_body(Check& check, const Node& node) {
  const Node *steps = node.find("steps"), *watch = node.find("watch");
  const std::optional<Node> only = only_step(node);
  if (steps && watch) return values_.error(*watch, "a check has either `steps` or `watch`, not both");
  if (only && (steps || watch)) {
    return values_.error(only->keys[0], in_ticks(only->keys[0].text) + " beside " + (steps ? "`steps`" : "`watch`") +
                                            "; a check has either one step of its own, or `steps`, or `watch`");
  }
  if (only) return read_only_step(check, node, *only);
  if (steps) return read_steps(check, node, *steps);
  if (watch) return read_watch(check, node, *watch);
  values_.error(node,
                "a check needs `steps`, `watch`, or one step as in "
                "`request: tools/list`");
}

void CheckReader::read_only_step(Check& check, const Node& node, const Node& only) {
  if (const Node* where = node.find("where")) values_.error(*where, "`where` goes with `watch`");
  const std::size_t before = values_.problem_count();
  check.steps = {steps_.step(only)};
  if (read_judge_beside_steps(check, node)) return;
  if (values_.problem_count() == before && !expects_something(check.steps))
    values_.error(only.keys[0], "this check expects nothing; write `expect:` below");
}

void CheckReader::read_steps(Check& check, const Node& node, const Node& list) {
  for (const Node& key : node.keys) {
    if (is_any_of(key.text, {"where", "expect", "prefer", "mention", "require", "deliberate"}))
      values_.error(key, in_ticks(key.text) + " goes with `watch`; here it belongs into a step");
  }
  const std::size_t before = values_.problem_count();
  check.steps = steps_.steps(list, "`steps`");
  if (read_judge_beside_steps(check, node)) return;
  if (values_.problem_count() == before && !expects_something(check.steps))
    values_.error(list, "no step of this check expects anything");
}

// The steps then make traffic, and the whole run is looked at.
bool CheckReader::read_judge_beside_steps(Check& check, const Node& node) {
  const Node *judge = node.find("judge"), *conforms = node.find("conforms");
  if (judge && conforms) values_.error(*conforms, "a check has either a `judge` or `conforms`");
  if (judge) {
    check.watch = Watch::run;
    read_judge_name(check, *judge);
  } else if (conforms) {
    check.watch = Watch::message;
    read_conforms(check, *conforms, View::message);
  }
  return judge || conforms;
}

void CheckReader::read_watch(Check& check, const Node& node, const Node& watch) {
  const auto kind = values_.word(watch, watch_words(), "kind to watch");
  if (!kind) return;
  check.watch = static_cast<Watch>(*kind + 1);
  if (check.watch == Watch::run) return read_judge(check, node);
  if (check.watch == Watch::manifest) return read_manifest_watch(check, node, watch);
  if (const Node* judge = node.find("judge")) values_.error(*judge, "`judge` goes with `watch: run`");
  const View view = check.watch == Watch::reply || check.watch == Watch::stream ? View::exchange : View::message;
  if (!read_wishes(check, node, view))
    values_.error(watch, "a watching check needs `expect`, `prefer`, `mention` or `conforms`");
}

// What is selected, and what must hold of it. False: nothing must.
bool CheckReader::read_wishes(Check& check, const Node& node, View view) {
  const std::pair<const char*, Expectations*> parts[] = {
      {"where", &check.where}, {"expect", &check.expect}, {"prefer", &check.prefer}, {"mention", &check.mention}};
  bool any = false;
  for (const auto& [key, expectations] : parts) {
    const Node* value = node.find(key);
    if (!value) continue;
    *expectations = matchers_.expectations(*value, view);
    any = any || expectations != &check.where;
  }
  const Node* conforms = node.find("conforms");
  if (conforms) read_conforms(check, *conforms, view);
  return any || conforms;
}

// Looks at a file; what its rule in code wants may come beside matchers and shapes.
void CheckReader::read_manifest_watch(Check& check, const Node& node, const Node& watch) {
  const bool wishes = read_wishes(check, node, View::element);
  const Node* judge = node.find("judge");
  if (judge) read_judge_name(check, *judge);
  if (!wishes && !judge)
    values_.error(watch, "a check of a manifest needs `expect`, `prefer`, `mention`, `conforms` or `judge`");
}

void CheckReader::read_conforms(Check& check, const Node& conforms, View view) {
  if (view == View::exchange) values_.error(conforms, "`conforms` goes with `watch: message` and its kinds");
  check.conforms = values_.texts(conforms, "`conforms`");
  if (conforms.kind == Node::Kind::list && conforms.items.empty())
    values_.error(conforms, "`conforms` must not be empty");
  const std::vector<std::string>& known = outside_.members;
  for (std::size_t i = 0; i < check.conforms.size() && !known.empty(); ++i) {
    const std::string& pattern = check.conforms[i];
    const auto is_meant = [&](const std::string& member) { return glob_matches(pattern, member); };
    if (std::none_of(known.begin(), known.end(), is_meant))
      values_.error(conforms.items[i],
                    "no shape of the protocol has a member " + in_ticks(pattern) + suggestion(pattern, known));
  }
}

void CheckReader::read_judge(Check& check, const Node& node) {
  for (const Node& key : node.keys) {
    if (is_any_of(key.text, {"where", "expect", "prefer", "mention", "conforms"}))
      values_.error(key, in_ticks(key.text) + " does not go with `watch: run`: the judge decides");
  }
  const Node* judge = values_.required(node, "judge", check_keys(), "`watch: run`");
  if (judge) read_judge_name(check, *judge);
}

void CheckReader::read_judge_name(Check& check, const Node& judge) {
  check.judge = values_.text(judge, "`judge`");
  const auto& known = outside_.judges;
  if (known.empty() || std::find(known.begin(), known.end(), check.judge) != known.end()) return;
  values_.error(judge, "unknown judge " + in_ticks(check.judge) + suggestion(check.judge, known));
}

}  // namespace mcplumb

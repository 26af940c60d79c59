#include "conformance/language/step_reader.hpp"

#include "conformance/language/expected_success.hpp"
#include "conformance/language/verb.hpp"
#include "conformance/language/vocabulary.hpp"
#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kAnswerKeys[] = {"to", "most"};
// What servers ask their clients, in any revision.
constexpr std::string_view kAskedMethods[] = {
    "elicitation/create", "sampling/createMessage", "roots/list",  "ping", "tasks/list",
    "tasks/get",          "tasks/result",           "tasks/cancel"};

bool is_method_token(const std::string& text) {
  return !text.empty() && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == std::string::npos;
}

nlohmann::json without(nlohmann::json map, const char* key) {
  if (map.is_object()) map.erase(key);
  return map;
}

bool holds_names(const Node& node) {
  return node.kind == Node::Kind::scalar && node.text.find("${") != std::string::npos;
}

bool is_answer(const Node& node, bool to_form) {
  if (holds_names(node) || (node.kind == Node::Kind::scalar && node.text == "silent")) return true;
  if (node.kind == Node::Kind::map)
    return node.keys.size() == 1 && (node.find("result") || node.find("error") || (to_form && node.find("enter")));
  return to_form && node.kind == Node::Kind::scalar && is_any_of(node.text, {"accept", "decline", "cancel", "invalid"});
}

// {key: value}, where the value stands.
Node spelled_out(const Node& value, std::string_view key) {
  Node map = value;
  map.kind = Node::Kind::map;
  map.text.clear();
  Node name = value;
  name.text = key;
  map.keys = {name};
  map.values = {value};
  return map;
}

}  // namespace

std::vector<Step> StepReader::steps(const Node& node, const std::string& what) {
  std::vector<Step> list;
  if (!values_.is_list(node, what)) return list;
  if (node.items.empty()) values_.error(node, what + " must not be empty");
  for (const Node& item : node.items) list.push_back(step(item));
  return list;
}

Step StepReader::step(const Node& node) {
  Step result;
  result.at = values_.place(node);
  if (!values_.is_map(node, "a step")) return result;
  const Node* value = nullptr;
  const auto found = verb(node, &value);
  if (!found) return result;
  result.verb = *found;
  const auto index = static_cast<std::size_t>(value - node.values.data());
  read_arguments(result, node.keys[index], *value);
  open_names(result, node);
  read_modifiers(result, node);
  if (own_) expect_success(result);
  return result;
}

// The verb is the one key that is no modifier.
std::optional<Verb> StepReader::verb(const Node& node, const Node** value) {
  std::optional<Verb> found;
  bool strange = false;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& key = node.keys[i];
    if (index_of(key.text, modifier_keys())) continue;
    const auto index = index_of(key.text, verb_words());
    if (!index) {
      strange = true;
      refuse_key(key);
    } else if (found) {
      values_.error(key, "a step has one verb; " + in_ticks(key.text) + " belongs in a step of its own");
    } else {
      found = static_cast<Verb>(*index);
      *value = &node.values[i];
    }
  }
  if (!found && !strange) values_.error(node, "a step needs a verb, as in `request:` or `open:`");
  return found;
}

void StepReader::refuse_key(const Node& key) {
  const bool modifier = closest(key.text, verb_words()).empty() && !closest(key.text, modifier_keys()).empty();
  values_.error(key, modifier
                         ? "unknown key " + in_ticks(key.text) + " in a step" + suggestion(key.text, modifier_keys())
                         : "unknown verb " + in_ticks(key.text) + suggestion(key.text, verb_words()));
}

// The stream or session a step opens is known to its own expectations and to
// all later steps. So is a request that `as` leaves in the background.
void StepReader::open_names(Step& step, const Node& node) {
  const Node* as = node.find("as");
  const bool background = as && (step.verb == Verb::request || step.verb == Verb::call);
  if (step.verb != Verb::open && step.verb != Verb::listen && !background) return;
  const bool session = step.verb == Verb::open;
  step.as = as ? names_.name(*as, "`as`") : session ? "main" : "stream";
  if (session && step.as == "none") values_.error(*as, "`none` is not a name for a session");
  (session ? names_.scope().sessions : names_.scope().streams).insert(step.as);
}

void StepReader::read_modifiers(Step& step, const Node& node) {
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& key = node.keys[i];
    if (!index_of(key.text, modifier_keys())) continue;
    if (takes(step.verb, key.text)) {
      read_modifier(step, key, node.values[i]);
    } else {
      values_.error(key, in_ticks(key.text) + " does not go with " + in_ticks(word_of(step.verb)) +
                             (step.steps.empty() ? "" : "; it belongs to the steps inside"));
    }
  }
  if (step.verb == Verb::wait || step.verb == Verb::close || step.verb == Verb::finish)
    refuse_missing_stream(step, node);
}

void StepReader::refuse_missing_stream(Step& step, const Node& node) {
  if (node.find("on")) return;
  if (step.on.empty()) step.on = "stream";
  if (!names_.scope().streams.count("stream"))
    values_.error(node, in_ticks(word_of(step.verb)) + " needs `on:` with the name that `as` gave to a step before");
}

void StepReader::read_modifier(Step& step, const Node& key, const Node& value) {
  const View view = *view_after(step.verb);  // without one no modifier is taken
  const std::string& word = key.text;
  if (word == "expect") step.expect = matchers_.expectations(value, view);
  if (word == "prefer") step.prefer = matchers_.expectations(value, view);
  if (word == "mention") step.mention = matchers_.expectations(value, view);
  if (word == "require") step.require = matchers_.requirements(value, view);
  if (word == "capture") read_captures(step, value, view);
  if (word == "deadline") step.deadline = values_.duration(value, "`deadline`");
  if (word == "deliberate") step.deliberate = values_.flag(value, "`deliberate`");
  if (word == "session" || word == "on") read_reference(step, key, value);
}

// `session` and `on` name what was opened before.
void StepReader::read_reference(Step& step, const Node& key, const Node& value) {
  const bool session = key.text == "session";
  const std::string used = values_.text(value, in_ticks(key.text));
  (session ? step.session : step.on) = used;
  const auto& opened = session ? names_.scope().sessions : names_.scope().streams;
  if ((session && used == "none") || opened.count(used)) return;
  const std::vector<std::string> known(opened.begin(), opened.end());
  values_.error(value, "no " + std::string(session ? "session" : "stream") + " " + in_ticks(used) +
                           " is opened before" + suggestion(used, known));
}

void StepReader::read_captures(Step& step, const Node& value, View view) {
  if (!values_.is_map(value, "`capture`")) return;
  if (value.keys.empty()) values_.error(value, "`capture` must not be empty");
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    paths_.path(value.values[i], view);
    const std::string captured = names_.name(value.keys[i], "what `capture` gives a value to");
    step.capture.emplace_back(captured, value.values[i].text);
  }
  for (const auto& [captured, from] : step.capture) names_.scope().names.insert(captured);
}

void StepReader::read_arguments(Step& step, const Node& key, const Node& value) {
  const std::string place = in_ticks(key.text);
  if (step.verb == Verb::pause) {
    const bool is_name = value.kind == Node::Kind::scalar && value.text.starts_with("${");
    step.arguments = is_name ? names_.literal(value) : nlohmann::json(values_.duration(value, "`pause`").count());
    return;
  }
  if (step.verb == Verb::parallel) return read_parallel(step, value);
  // `request: tools/list` is `request: {method: tools/list}`.
  const std::string_view main = main_argument(step.verb);
  if (value.kind == Node::Kind::scalar && !main.empty()) {
    if (values_.text(value, place).empty()) return;
    return read_arguments(step, key, spelled_out(value, main));
  }
  if (!values_.is_map(value, place)) return;
  values_.refuse_unknown_keys(value, argument_keys(step.verb), place);
  if (step.verb == Verb::repeat) return read_repeat(step, key, value);
  if (step.verb == Verb::for_each) return read_for_each(step, key, value);
  read_map_arguments(step, key, value);
}

void StepReader::read_map_arguments(Step& step, const Node& key, const Node& value) {
  step.arguments = without(to_json(value), "for");
  const bool waits = step.verb == Verb::wait || step.verb == Verb::await;
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const std::string& argument = value.keys[i].text;
    if (argument == "headers") step.arguments["headers"] = headers(value.values[i]);
    if (argument == "for" && waits) {
      step.until = matchers_.expectations(value.values[i], step.verb == Verb::wait ? View::event : View::message);
    } else {
      names_.check_names(value.values[i]);
    }
  }
  check_forms(value);
  if (step.verb == Verb::await) values_.required(value, "for", argument_keys(step.verb), in_ticks(key.text));
  const bool has_method = step.verb == Verb::request || step.verb == Verb::notify || step.verb == Verb::pages;
  if (has_method) read_request_arguments(step, key, value);
  if (step.verb == Verb::http) read_http_arguments(step, key, value);
  if (step.verb == Verb::line) values_.required(value, "text", argument_keys(step.verb), in_ticks(key.text));
  if (step.verb == Verb::call) read_call_arguments(step, key, value);
  if (const Node* answers = step.verb == Verb::open ? value.find("answers") : nullptr) read_answers(*answers);
}

// Arguments that have one form whatever verb they stand under.
void StepReader::check_forms(const Node& value) {
  if (const Node* initialized = value.find("initialized")) values_.flag(*initialized, "`initialized`");
  if (const Node* follow = value.find("follow")) values_.flag(*follow, "`follow`");
  if (const Node* allowed = value.find("allowed")) values_.flag(*allowed, "`allowed`");
  if (const Node* filter = value.find("notifications")) values_.is_map(*filter, "`notifications`");
  if (const Node* meta = value.find("meta"); meta && (meta->kind != Node::Kind::scalar || meta->text != "none"))
    values_.is_map(*meta, "`meta`, unless it is `none`,");
  if (const Node* revision = value.find("revision")) values_.text(*revision, "`revision`");
  if (const Node* bearer = value.find("bearer")) values_.text(*bearer, "`bearer`");
  if (const Node* client = value.find("client")) values_.is_map(*client, "`client`");
}

void StepReader::read_request_arguments(Step& step, const Node& key, const Node& value) {
  values_.required(value, "method", argument_keys(step.verb), in_ticks(key.text));
  if (const Node* method = value.find("method")) step.arguments["method"] = values_.text(*method, "`method`");
  if (const Node* answer = value.find("answer"); answer && values_.is_map(*answer, "`answer`")) {
    values_.refuse_unknown_keys(*answer, kAnswerKeys, "`answer`");
    values_.required(*answer, "to", kAnswerKeys, "`answer`");
    if (const Node* most = answer->find("most")) values_.count(*most, "`most`", 1);
  }
  if (const Node* limit = value.find("limit")) values_.count(*limit, "`limit`", 1);
}

void StepReader::read_http_arguments(Step& step, const Node& key, const Node& value) {
  const Node* method = value.find("method");
  if (!method) {
    values_.error(key, "`http` needs `method`");
  } else if (method->kind != Node::Kind::scalar || (!is_method_token(method->text) && method->text.find("${") != 0)) {
    values_.error(*method,
                  "`method` of `http` must be an HTTP method in "
                  "capital letters, as in POST");
  }
  const Node *body = value.find("body"), *json = value.find("json");
  if (body && json) values_.error(*json, "give `body` or `json`, not both");
  if (body)
    step.arguments["body"] =
        body->kind == Node::Kind::scalar && body->text.empty() ? "" : values_.text(*body, "`body`");
}

void StepReader::read_call_arguments(Step& step, const Node& key, const Node& value) {
  const Node *role = value.find("role"), *tool = value.find("tool");
  if (!role == !tool) values_.error(key, "`call` needs either `role` or `tool`");
  if (role) values_.text(*role, "`role`");
  if (tool) step.arguments["tool"] = values_.text(*tool, "`tool`");
  if (const Node* task = value.find("task")) values_.is_map(*task, "`task`");
  if (const Node* progress = value.find("progress")) values_.flag(*progress, "`progress`");
}

// What holds names is known only when the step is carried out.
void StepReader::read_answers(const Node& answers) {
  if (holds_names(answers)) return;
  if (!values_.is_map(answers, "`answers`")) return;
  for (std::size_t i = 0; i < answers.keys.size(); ++i) {
    const std::string& method = answers.keys[i].text;
    if (!index_of(method, kAskedMethods)) {
      std::string known;
      for (const std::string_view each : kAskedMethods) known += (known.empty() ? "" : ", ") + std::string(each);
      values_.error(answers.keys[i], "servers do not ask for " + in_ticks(method) + ", but for " + known);
    }
    const bool is_form = method == "elicitation/create";
    const Node& value = answers.values[i];
    if (value.kind == Node::Kind::list && value.items.empty()) values_.error(value, "a list of answers is not empty");
    for (const Node& each : value.kind == Node::Kind::list ? value.items : std::vector<Node>{value})
      if (!is_answer(each, is_form))
        values_.error(each,
                      "an answer is silent, {result: …} or {error: …}, to elicitation/create also accept, decline, "
                      "cancel, invalid or {enter: text}, or a list of these");
  }
}

nlohmann::json StepReader::headers(const Node& node) {
  auto result = nlohmann::json::object();
  if (!values_.is_map(node, "`headers`")) return result;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& value = node.values[i];
    if (value.kind == Node::Kind::list && !value.items.empty()) {  // one header for each
      for (const Node& each : value.items) result[node.keys[i].text].push_back(values_.text(each, "a header"));
      continue;
    }
    if (value.kind != Node::Kind::scalar)
      values_.error(value, "a header is a text, a list of texts, or null to leave it out");
    const bool removed = value.kind != Node::Kind::scalar || scalar_type(value) == ScalarType::null;
    result[node.keys[i].text] = removed ? nlohmann::json() : nlohmann::json(value.text);
  }
  return result;
}

void StepReader::read_repeat(Step& step, const Node& key, const Node& value) {
  const Node *times = value.find("times"), *inner = value.find("steps");
  if (!times || !inner) return values_.error(key, "`repeat` needs `times` and `steps`");
  step.arguments = {{"times", values_.count(*times, "`times`", 1)}};
  step.steps = steps(*inner, "`steps`");
  if (const Node* until = value.find("until")) step.until = matchers_.expectations(*until, View::exchange);
}

void StepReader::read_for_each(Step& step, const Node& key, const Node& value) {
  const Node *in = value.find("in"), *as = value.find("as"), *inner = value.find("steps");
  if (!in || !as || !inner) return values_.error(key, "`for-each` needs `in`, `as` and `steps`");
  const bool named = in->kind == Node::Kind::scalar && in->text.compare(0, 2, "${") == 0;
  if (!named && in->kind != Node::Kind::list) values_.error(*in, "`in` must be a list or \"${name}\"");
  if (in->kind == Node::Kind::list && in->items.empty()) values_.error(*in, "`in` must not be empty");
  const std::string variable = names_.name(*as, "`as`");
  step.arguments = {{"in", names_.literal(*in)}, {"as", variable}};
  if (const Node* limit = value.find("limit")) step.arguments["limit"] = values_.count(*limit, "`limit`", 1);
  if (const Node* where = value.find("where")) step.until = matchers_.expectations(*where, View::element);
  const bool fresh = names_.scope().names.insert(variable).second;
  if (!fresh && !variable.empty()) values_.error(*as, in_ticks(variable) + " has a value already");
  step.steps = steps(*inner, "`steps`");
  if (fresh) names_.scope().names.erase(variable);
}

void StepReader::read_parallel(Step& step, const Node& value) {
  step.steps = steps(value, "`parallel`");
  for (std::size_t i = 0; i < step.steps.size(); ++i) {
    const Verb inner = step.steps[i].verb;
    if (inner != Verb::request && inner != Verb::notify && inner != Verb::http)
      values_.error(value.items[i], "`parallel` holds request, notify and http steps");
    if (const Node* as = value.items[i].find("as")) values_.error(*as, "`as` does not go into `parallel`");
  }
}

}  // namespace mcplumb

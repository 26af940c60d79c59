#include "conformance/language/reader_parts.hpp"

namespace mcplumb {
namespace {

View view_of(Verb verb) {
  if (verb == Verb::await) return View::message;
  return verb == Verb::pages ? View::pages : verb == Verb::wait ? View::waited : View::exchange;
}

bool is_method_token(const std::string& text) {
  return !text.empty() && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == std::string::npos;
}

nlohmann::json without(nlohmann::json map, const char* key) {
  if (map.is_object()) map.erase(key);
  return map;
}

}  // namespace

std::vector<Step> SuiteReader::steps(const Node& node, const std::string& what) {
  std::vector<Step> list;
  if (!is_list(node, what)) return list;
  if (node.items.empty()) error(node, what + " must not be empty");
  for (const Node& item : node.items) list.push_back(step(item));
  return list;
}

// The verb is the one key that is no modifier.
std::optional<Verb> SuiteReader::verb(const Node& node, const Node** value) {
  std::optional<Verb> found;
  bool strange = false;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& key = node.keys[i];
    if (index_of(key.text, modifier_keys())) continue;
    const auto index = index_of(key.text, verb_words());
    if (index && found) error(key, "a step has one verb; " + in_ticks(key.text) + " belongs in a step of its own");
    if (index && !found) {
      found = static_cast<Verb>(*index);
      *value = &node.values[i];
    }
    if (index) continue;
    strange = true;
    const bool modifier = closest(key.text, verb_words()).empty() && !closest(key.text, modifier_keys()).empty();
    error(key, modifier ? "unknown key " + in_ticks(key.text) + " in a step" + suggestion(key.text, modifier_keys())
                        : "unknown verb " + in_ticks(key.text) + suggestion(key.text, verb_words()));
  }
  if (!found && !strange) error(node, "a step needs a verb, as in `request:` or `open:`");
  return found;
}

Step SuiteReader::step(const Node& node) {
  Step result;
  result.at = place(node);
  if (!is_map(node, "a step")) return result;
  const Node* value = nullptr;
  const auto found = verb(node, &value);
  if (!found) return result;
  result.verb = *found;
  const auto index = static_cast<std::size_t>(value - node.values.data());
  read_arguments(result, node.keys[index], *value);
  open_names(result, node);
  read_modifiers(result, node);
  expect_success(result);
  return result;
}

// The stream or session a step opens is known to its own expectations and to all later steps. So is a request that
// `as` leaves in the background.
void SuiteReader::open_names(Step& step, const Node& node) {
  const Node* as = node.find("as");
  const bool background = as && (step.verb == Verb::request || step.verb == Verb::call);
  if (step.verb != Verb::open && step.verb != Verb::listen && !background) return;
  const bool session = step.verb == Verb::open;
  step.as = as ? name(*as, "`as`") : session ? "main" : "stream";
  if (session && step.as == "none") error(*as, "`none` is not a name for a session");
  (session ? scope_.sessions : scope_.streams).insert(step.as);
}

void SuiteReader::read_modifiers(Step& step, const Node& node) {
  const std::string verb_word(verb_words()[static_cast<std::size_t>(step.verb)]);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& key = node.keys[i];
    if (!index_of(key.text, modifier_keys())) continue;
    if (takes(step.verb, key.text)) {
      read_modifier(step, key, node.values[i]);
    } else {
      error(key, in_ticks(key.text) + " does not go with `" + verb_word + "`" +
                     (step.steps.empty() ? "" : "; it belongs to the steps inside"));
    }
  }
  if (step.verb != Verb::wait && step.verb != Verb::close && step.verb != Verb::finish) return;
  if (step.on.empty() && !node.find("on")) step.on = "stream";
  if (!node.find("on") && !scope_.streams.count("stream")) {
    error(node, "`" + verb_word + "` needs `on:` with the name that `as` gave to a step before");
  }
}

void SuiteReader::read_modifier(Step& step, const Node& key, const Node& value) {
  const View view = view_of(step.verb);
  const std::string& word = key.text;
  if (word == "expect") step.expect = expectations(value, view);
  if (word == "prefer") step.prefer = expectations(value, view);
  if (word == "mention") step.mention = expectations(value, view);
  if (word == "require") step.require = expectations(value, view, true);
  if (word == "capture") read_captures(step, value, view);
  if (word == "deadline") step.deadline = duration(value, "`deadline`");
  if (word == "deliberate") step.deliberate = flag(value, "`deliberate`");
  const bool session = word == "session";
  if (!session && word != "on") return;
  const std::string used = text(value, in_ticks(word));
  (session ? step.session : step.on) = used;
  const auto& opened = session ? scope_.sessions : scope_.streams;
  if ((session && used == "none") || opened.count(used)) return;
  const std::vector<std::string> known(opened.begin(), opened.end());
  error(value, "no " + std::string(session ? "session" : "stream") + " " + in_ticks(used) + " is opened before" +
                   suggestion(used, known));
}

void SuiteReader::read_captures(Step& step, const Node& value, View view) {
  if (!is_map(value, "`capture`")) return;
  if (value.keys.empty()) error(value, "`capture` must not be empty");
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    path(value.values[i], view);
    const std::string captured = name(value.keys[i], "what `capture` gives a value to");
    step.capture.emplace_back(captured, value.values[i].text);
  }
  for (const auto& [captured, from] : step.capture) scope_.names.insert(captured);
}

void SuiteReader::read_arguments(Step& step, const Node& key, const Node& value) {
  const std::string place = in_ticks(key.text);
  if (step.verb == Verb::pause) {
    step.arguments = duration(value, "`pause`").count();
    return;
  }
  if (step.verb == Verb::parallel) return read_parallel(step, value);
  // `request: tools/list` is `request: {method: tools/list}`.
  const std::string_view main = main_argument(step.verb);
  if (value.kind == Node::Kind::scalar && !main.empty()) {
    if (text(value, place).empty()) return;
    return read_arguments(step, key, spelled_out(value, main));
  }
  if (!is_map(value, place)) return;
  refuse_unknown_keys(value, argument_keys(step.verb), place);
  if (step.verb == Verb::repeat) return read_repeat(step, key, value);
  if (step.verb == Verb::for_each) return read_for_each(step, key, value);
  step.arguments = without(to_json(value), "for");
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const std::string& argument = value.keys[i].text;
    if (argument == "headers") step.arguments["headers"] = headers(value.values[i]);
    if (argument == "for" && (step.verb == Verb::wait || step.verb == Verb::await)) {
      step.until = expectations(value.values[i], step.verb == Verb::wait ? View::event : View::message);
    } else {
      check_names(value.values[i]);
    }
  }
  if (const Node* initialized = value.find("initialized")) flag(*initialized, "`initialized`");
  if (const Node* follow = value.find("follow")) flag(*follow, "`follow`");
  if (const Node* filter = value.find("notifications")) is_map(*filter, "`notifications`");
  if (const Node* meta = value.find("meta"); meta && (meta->kind != Node::Kind::scalar || meta->text != "none"))
    is_map(*meta, "`meta`, unless it is `none`,");
  if (const Node* revision = value.find("revision")) text(*revision, "`revision`");
  if (step.verb == Verb::await) required(value, "for", argument_keys(step.verb), place);
  read_request_arguments(step, key, value);
  read_http_arguments(step, key, value);
  read_call_arguments(step, key, value);
}

Node SuiteReader::spelled_out(const Node& value, std::string_view key) {
  Node map = value;
  map.kind = Node::Kind::map;
  map.text.clear();
  Node name = value;
  name.text = key;
  map.keys = {name};
  map.values = {value};
  return map;
}

void SuiteReader::read_request_arguments(Step& step, const Node& key, const Node& value) {
  if (step.verb != Verb::request && step.verb != Verb::notify && step.verb != Verb::pages) return;
  required(value, "method", argument_keys(step.verb), in_ticks(key.text));
  if (const Node* method = value.find("method")) step.arguments["method"] = text(*method, "`method`");
  if (const Node* limit = value.find("limit")) count(*limit, "`limit`", 1);
}

void SuiteReader::read_http_arguments(Step& step, const Node& key, const Node& value) {
  if (step.verb != Verb::http) return;
  const Node* method = value.find("method");
  if (!method) {
    error(key, "`http` needs `method`");
  } else if (method->kind != Node::Kind::scalar || (!is_method_token(method->text) && method->text.find("${") != 0)) {
    error(*method, "`method` of `http` must be an HTTP method in capital letters, as in POST");
  }
  const Node *body = value.find("body"), *json = value.find("json");
  if (body && json) error(*json, "give `body` or `json`, not both");
  if (body)
    step.arguments["body"] = body->kind == Node::Kind::scalar && body->text.empty() ? "" : text(*body, "`body`");
}

void SuiteReader::read_call_arguments(Step& step, const Node& key, const Node& value) {
  if (step.verb != Verb::call) return;
  const Node *role = value.find("role"), *tool = value.find("tool");
  if (!role == !tool) error(key, "`call` needs either `role` or `tool`");
  if (role) text(*role, "`role`");
  if (tool) step.arguments["tool"] = text(*tool, "`tool`");
  if (const Node* progress = value.find("progress")) flag(*progress, "`progress`");
}

nlohmann::json SuiteReader::headers(const Node& node) {
  auto result = nlohmann::json::object();
  if (!is_map(node, "`headers`")) return result;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& value = node.values[i];
    if (value.kind != Node::Kind::scalar) error(value, "a header is a text, or null to leave it out");
    const bool removed = value.kind != Node::Kind::scalar || scalar_type(value) == ScalarType::null;
    result[node.keys[i].text] = removed ? nlohmann::json() : nlohmann::json(value.text);
  }
  return result;
}

void SuiteReader::read_repeat(Step& step, const Node& key, const Node& value) {
  const Node *times = value.find("times"), *inner = value.find("steps");
  if (!times || !inner) return error(key, "`repeat` needs `times` and `steps`");
  step.arguments = {{"times", count(*times, "`times`", 1)}};
  step.steps = steps(*inner, "`steps`");
}

void SuiteReader::read_for_each(Step& step, const Node& key, const Node& value) {
  const Node *in = value.find("in"), *as = value.find("as"), *inner = value.find("steps");
  if (!in || !as || !inner) return error(key, "`for-each` needs `in`, `as` and `steps`");
  const bool named = in->kind == Node::Kind::scalar && in->text.compare(0, 2, "${") == 0;
  if (!named && in->kind != Node::Kind::list) error(*in, "`in` must be a list or \"${name}\"");
  if (in->kind == Node::Kind::list && in->items.empty()) error(*in, "`in` must not be empty");
  const std::string variable = name(*as, "`as`");
  step.arguments = {{"in", literal(*in)}, {"as", variable}};
  if (const Node* where = value.find("where")) step.until = expectations(*where, View::element);
  const bool fresh = scope_.names.insert(variable).second;
  if (!fresh && !variable.empty()) error(*as, in_ticks(variable) + " has a value already");
  step.steps = steps(*inner, "`steps`");
  if (fresh) scope_.names.erase(variable);
}

void SuiteReader::read_parallel(Step& step, const Node& value) {
  step.steps = steps(value, "`parallel`");
  for (std::size_t i = 0; i < step.steps.size(); ++i) {
    const Verb inner = step.steps[i].verb;
    if (inner != Verb::request && inner != Verb::notify && inner != Verb::http)
      error(value.items[i], "`parallel` holds request, notify and http steps");
    if (const Node* as = value.items[i].find("as")) error(*as, "`as` does not go into `parallel`");
  }
}

}  // namespace mcplumb

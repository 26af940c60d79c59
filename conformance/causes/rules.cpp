#include "conformance/causes/rules.hpp"

#include <algorithm>
#include <cstdio>

namespace mcplumb {
namespace {

std::string fill_in(std::string_view pattern, std::initializer_list<std::pair<std::string_view, std::string>> fill) {
  std::string text(pattern);
  for (const auto& [name, value] : fill) {
    const std::string mark = "{" + std::string(name) + "}";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
      text.replace(at, mark.size(), value);
  }
  return text;
}

std::vector<const Rule*> sorted_rules() {
  std::vector<const Rule*> all;
  for (const auto& theme :
       {start_rules(), uniform_rules(), server_rules(), process_rules(), framing_rules(), wire_rules(), http_rules(),
        redirect_rules(), access_rules(), request_rules(), stream_rules(), idle_stream_rules()})
    for (const Rule& rule : theme) all.push_back(&rule);
  std::stable_sort(all.begin(), all.end(), [](const Rule* a, const Rule* b) { return a->affects < b->affects; });
  return all;
}

}  // namespace

const std::vector<const Rule*>& all_rules() {
  static const std::vector<const Rule*> kAll = sorted_rules();
  return kAll;
}

const Rule* find_rule(std::string_view id) {
  for (const Rule* rule : all_rules())
    if (rule->id == id) return rule;
  return nullptr;
}

std::string explain(const Rule& rule) {
  std::string text(rule.id);
  const auto add = [&](const char* name, std::string_view value) {
    if (value.empty()) return;
    std::string label(name);
    label.resize(8, ' ');
    text += "\n" + label + std::string(value);
  };
  add("title", rule.title);
  add("weight", to_string(rule.weight));
  add("cause", rule.cause);
  add("cure", rule.cure);
  add("note", rule.note);
  for (const LogSign& sign : rule.log_signs)
    add("log", std::string(sign.text) + (sign.sub_cause.empty() ? "" : ": ") + std::string(sign.sub_cause));
  for (const Stack stack : rule.only_on) add("only", std::string(to_string(stack)) + " servers, or what is not known");
  for (const Contradiction& against : rule.contradicted_by)
    add(against.effect == Contradiction::Effect::silences ? "not if" : "doubt", against.what);
  for (const StackCure& each : rule.stack_cures)
    add("cure", std::string(to_string(each.stack)) + ": " + std::string(each.cure));
  for (const std::string_view link : rule.links) add("see", link);
  return text + "\n";
}

Diagnosis make_diagnosis(const Rule& rule, Confidence confidence,
                         std::initializer_list<std::pair<std::string_view, std::string>> fill) {
  Diagnosis diagnosis;
  diagnosis.rule = std::string(rule.id);
  diagnosis.weight = rule.weight;
  diagnosis.confidence = confidence;
  diagnosis.title = fill_in(rule.title, fill);
  diagnosis.cause = fill_in(rule.cause, fill);
  diagnosis.cure = fill_in(rule.cure, fill);
  diagnosis.note = std::string(rule.note);
  for (const std::string_view link : rule.links) diagnosis.links.emplace_back(link);
  return diagnosis;
}

void add_evidence(Diagnosis& diagnosis, std::string line, const Exchange* exchange) {
  if (exchange != nullptr) {
    line += " (#" + std::to_string(exchange->number) + ")";
    diagnosis.exchanges.push_back(exchange->number);
  }
  diagnosis.evidence.push_back(std::move(line));
}

bool add_log_evidence(Diagnosis& diagnosis, const RunIndex& index, std::string_view text) {
  const std::string line = index.log_line(text);
  if (line.empty()) return false;
  diagnosis.confidence = Confidence::certain;
  add_evidence(diagnosis, "the server's log: " + line);
  return true;
}

bool add_log_sign(Diagnosis& diagnosis, const Rule& rule, const RunIndex& index) {
  for (const LogSign& sign : rule.log_signs) {
    if (!add_log_evidence(diagnosis, index, sign.text)) continue;
    diagnosis.sub_cause = std::string(sign.sub_cause);
    if (!sign.cure.empty()) diagnosis.cure = std::string(sign.cure);
    return true;
  }
  return false;
}

bool is_of_another_stack(const RunIndex& index, const FixedList<Stack, 2>& stacks) {
  if (stacks.empty() || index.stack() == Stack::unknown) return false;
  return std::find(stacks.begin(), stacks.end(), index.stack()) == stacks.end();
}

std::string describe_cores(double cores) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f cores", cores);
  return text;
}

}  // namespace mcplumb

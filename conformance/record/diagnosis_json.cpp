#include "conformance/record/diagnosis_json.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

template <class Value>
void put(json& object, const char* key, const std::optional<Value>& value) {
  if (value) object[key] = *value;
}

void put_span(json& object, const char* key, Micros span) {
  if (span != kNever) object[key] = span;
}

json term_json(const TermFacts& term) {
  json value = json::object();
  put_span(value, "waited", term.waited);
  put(value, "exited", term.exited);
  put_span(value, "exit_after", term.exit_after);
  put(value, "exit_code", term.exit_code);
  put(value, "stream_open", term.stream_open);
  put(value, "last_chunk", term.last_chunk);
  put(value, "connect_refused", term.connect_refused);
  put(value, "exchange", term.exchange);
  return value;
}

json facts_json(const ProcessFacts& facts) {
  json value = json::object();
  put_span(value, "ready_after", facts.ready_after);
  put(value, "idle_cpu", facts.idle_cpu);
  put_span(value, "idle_window", facts.idle_window);
  put(value, "stalled_cpu", facts.stalled_cpu);
  put(value, "costs_logged_from", facts.costs_logged_from);
  put(value, "costs_logged_to", facts.costs_logged_to);
  if (facts.term) value["term"] = term_json(*facts.term);
  return value;
}

// ---- reading

std::string string_in(const JsonReader& in, const char* key) { return in.has(key) ? in.at(key).string() : ""; }

std::vector<std::string> strings_in(const JsonReader& in, const char* key) {
  std::vector<std::string> lines;
  if (in.has(key)) in.at(key).each([&](const JsonReader& line) { lines.push_back(line.string()); });
  return lines;
}

void take(const JsonReader& in, const char* key, std::optional<bool>& value) {
  if (in.has(key)) value = in.at(key).boolean();
}
void take(const JsonReader& in, const char* key, std::optional<int>& value) {
  if (in.has(key)) value = static_cast<int>(in.at(key).integer());
}
void take(const JsonReader& in, const char* key, std::optional<double>& value) {
  if (in.has(key)) value = in.at(key).number();
}
void take_span(const JsonReader& in, const char* key, Micros& span) {
  if (in.has(key)) span = in.at(key).integer();
}

std::size_t exchange_in(const JsonReader& in, std::size_t exchanges) {
  const std::size_t number = in.count();
  if (number >= exchanges) in.miss("the number of an exchange of this run");
  return number;
}

Diagnosis read_diagnosis(const JsonReader& in, std::size_t exchanges) {
  Diagnosis diagnosis;
  diagnosis.rule = in.at("rule").string();
  diagnosis.weight = in.at("weight").word(weight_from);
  diagnosis.confidence = in.at("confidence").word(confidence_from);
  diagnosis.title = in.at("title").string();
  diagnosis.cause = in.at("cause").string();
  diagnosis.sub_cause = string_in(in, "sub_cause");
  diagnosis.evidence = strings_in(in, "evidence");
  diagnosis.cure = in.at("cure").string();
  diagnosis.note = string_in(in, "note");
  diagnosis.links = strings_in(in, "links");
  if (in.has("exchanges"))
    in.at("exchanges").each([&](const JsonReader& number) {
      diagnosis.exchanges.push_back(exchange_in(number, exchanges));
    });
  return diagnosis;
}

TermFacts read_term(const JsonReader& in, std::size_t exchanges) {
  TermFacts term;
  take_span(in, "waited", term.waited);
  take(in, "exited", term.exited);
  take_span(in, "exit_after", term.exit_after);
  take(in, "exit_code", term.exit_code);
  take(in, "stream_open", term.stream_open);
  take(in, "last_chunk", term.last_chunk);
  take(in, "connect_refused", term.connect_refused);
  if (in.has("exchange")) term.exchange = exchange_in(in.at("exchange"), exchanges);
  return term;
}

ProcessFacts read_facts(const JsonReader& in, std::size_t exchanges) {
  ProcessFacts facts;
  take_span(in, "ready_after", facts.ready_after);
  take(in, "idle_cpu", facts.idle_cpu);
  take_span(in, "idle_window", facts.idle_window);
  take(in, "stalled_cpu", facts.stalled_cpu);
  if (in.has("costs_logged_from")) facts.costs_logged_from = in.at("costs_logged_from").count();
  if (in.has("costs_logged_to")) facts.costs_logged_to = in.at("costs_logged_to").count();
  if (in.has("term")) facts.term = read_term(in.at("term"), exchanges);
  return facts;
}

}  // namespace

json to_json(const Diagnosis& diagnosis, DiagnosisIn where) {
  json value = {{"rule", diagnosis.rule},         {"confidence", to_string(diagnosis.confidence)},
                {"title", diagnosis.title},       {"cause", diagnosis.cause},
                {"evidence", diagnosis.evidence}, {"cure", diagnosis.cure},
                {"links", diagnosis.links}};
  const bool in_run = where == DiagnosisIn::run;
  if (!in_run || !diagnosis.sub_cause.empty()) value["sub_cause"] = diagnosis.sub_cause;
  if (!in_run || !diagnosis.note.empty()) value["note"] = diagnosis.note;
  if (!in_run) return value;
  value["weight"] = to_string(diagnosis.weight);
  value["exchanges"] = diagnosis.exchanges;
  return value;
}

void write_diagnoses(json& value, const Run& run) {
  value["diagnoses"] = json::array();
  for (const Diagnosis& diagnosis : run.diagnoses) value["diagnoses"].push_back(to_json(diagnosis, DiagnosisIn::run));
  value["looks_like"] = json::array();
  for (const Likeness& likeness : run.looks_like) {
    json entry = {{"what", likeness.what}, {"evidence", likeness.evidence}};
    put(entry, "exchange", likeness.exchange);
    value["looks_like"].push_back(std::move(entry));
  }
  if (run.process_facts) value["process_facts"] = facts_json(*run.process_facts);
}

void read_diagnoses(const JsonReader& in, Run& run) {
  const std::size_t exchanges = run.trace.exchanges.size();
  if (in.has("diagnoses"))
    in.at("diagnoses").each([&](const JsonReader& each) { run.diagnoses.push_back(read_diagnosis(each, exchanges)); });
  if (in.has("looks_like"))
    in.at("looks_like").each([&](const JsonReader& each) {
      Likeness likeness{each.at("what").string(), each.at("evidence").string(), std::nullopt};
      if (each.has("exchange")) likeness.exchange = exchange_in(each.at("exchange"), exchanges);
      run.looks_like.push_back(std::move(likeness));
    });
  if (in.has("process_facts")) run.process_facts = read_facts(in.at("process_facts"), exchanges);
}

}  // namespace mcplumb

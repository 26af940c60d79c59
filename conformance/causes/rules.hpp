// The rules of diagnosis. A rule is one row: its texts, its links, what the server's log says of it, and its predicate.
// The rows stand at the end of rules_*.cpp, each in the file of its theme.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/causes/fixed_list.hpp"
#include "conformance/causes/run_index.hpp"
#include "conformance/causes/stack.hpp"
#include "conformance/record/diagnosis.hpp"

namespace mcplumb {

struct Rule;

// Whether the cause of the rule explains this run, and what of the run says so. Pure.
using Predicate = std::optional<Diagnosis> (*)(const Rule& rule, const RunIndex& index);

// What a cause keeps from working, the worst first. Of diagnoses with the same weight and confidence the worst comes
// first, and then the one whose row does.
enum class Affects { server, address, requests, replies, process, streams, limits, log };

// What a line in the log of a started server proves.
struct LogSign {
  std::string_view text;  // part of the line
  std::string_view sub_cause;
  std::string_view cure;  // instead of the rule's; empty = the rule's
};

// What speaks against a cause although the predicate found it: it looks the same, and is another one.
struct Contradiction {
  enum class Effect { silences, weakens };  // weakens: it is a possible cause at most
  std::string_view what;                    // "the log ends a traceback with another error"
  Effect effect = Effect::silences;
  bool (*holds)(const RunIndex& index) = nullptr;
};

// What cures it in one stack; shown where that one, or none, is recognised, and no sub-cause has a cure of its own.
struct StackCure {
  Stack stack = Stack::unknown;
  std::string_view cure;
};

struct Rule {
  std::string_view id;
  Weight weight = Weight::failure;
  Affects affects = Affects::server;
  std::string_view title, cause, cure;  // {name} stands for what the run fills in
  std::string_view note = {};
  FixedList<std::string_view, 5> links = {};
  FixedList<std::string_view, 4> explains = {};  // rules that are only consequences if this one holds
  FixedList<LogSign, 8> log_signs = {};
  FixedList<Stack, 2> only_on = {};  // another stack that is recognised contradicts it, too; empty: it is for all
  FixedList<Contradiction, 5> contradicted_by = {};
  FixedList<StackCure, 4> stack_cures = {};
  Predicate predicate = nullptr;
};

std::span<const Rule> start_rules();        // rules_start.cpp: is anybody there, and can be spoken to
std::span<const Rule> uniform_rules();      // rules_uniform.cpp: every request meets the same failure
std::span<const Rule> server_rules();       // rules_server.cpp: some requests fail, and sessions
std::span<const Rule> process_rules();      // rules_process.cpp: what we see of a process that we started
std::span<const Rule> framing_rules();      // rules_framing.cpp: how messages lie on a program's standard streams
std::span<const Rule> wire_rules();         // rules_wire.cpp: headers and bodies that a layer beneath has spoiled
std::span<const Rule> http_rules();         // rules_http.cpp: where the endpoint is, and who answers there
std::span<const Rule> redirect_rules();     // rules_redirect.cpp: redirects, and sign-in pages
std::span<const Rule> access_rules();       // rules_access.cpp: who is let in
std::span<const Rule> request_rules();      // rules_request.cpp: what is refused or spoiled of good requests
std::span<const Rule> stream_rules();       // rules_stream.cpp: how event streams come
std::span<const Rule> idle_stream_rules();  // rules_idle_stream.cpp: GET streams that nothing need come on

const std::vector<const Rule*>& all_rules();  // in the order of Affects
const Rule* find_rule(std::string_view id);
std::string explain(const Rule& rule);  // all its texts, for a person

// ---- for predicates

// A diagnosis with the texts of the rule, {name} filled in.
Diagnosis make_diagnosis(const Rule& rule, Confidence confidence,
                         std::initializer_list<std::pair<std::string_view, std::string>> fill = {});
// Adds a line of evidence that speaks of this exchange.
void add_evidence(Diagnosis& diagnosis, std::string line, const Exchange* exchange = nullptr);
// If a line of the server's log holds `text`: adds it as evidence, and makes the diagnosis certain. False: none does.
bool add_log_evidence(Diagnosis& diagnosis, const RunIndex& index, std::string_view text);
// The same with the first log sign of the rule that is in the log, which tells sub-cause and cure as well.
bool add_log_sign(Diagnosis& diagnosis, const Rule& rule, const RunIndex& index);
std::string describe_cores(double cores);  // "0.97 cores"
// Not of this stack: the server is recognised as one of another. Also for contradictions of single rules.
bool is_of_another_stack(const RunIndex& index, const FixedList<Stack, 2>& stacks);

}  // namespace mcplumb

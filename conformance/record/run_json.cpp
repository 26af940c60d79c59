// The JSON form of a run (docs/report-json.md).
#include "client/jsonrpc/message.hpp"
#include "client/no_memory.hpp"
#include "conformance/record/diagnosis_json.hpp"
#include "conformance/record/eras_json.hpp"
#include "conformance/record/exercise_json.hpp"
#include "conformance/record/json_reader.hpp"
#include "conformance/record/migration_json.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// ---- writing
// -----------------------------------------------------------------------------------------------------------

json headers_json(const Headers& headers) {
  json list = json::array();
  for (const Header& header : headers) list.push_back({header.name, header.value});
  return list;
}

json moment(Micros at) { return at == kNever ? json() : json(at); }

json event_json(const StreamEvent& event) {
  json value = {{"at", moment(event.at)}, {"type", event.type}};
  if (event.id) value["id"] = *event.id;
  if (event.retry_ms) value["retry"] = *event.retry_ms;
  if (event.has_data) value["data"] = event.data;
  if (event.data_cut) value["cut"] = true;
  return value;
}

json exchange_json(const Exchange& exchange) {
  json value = {
      {"number", exchange.number},     {"transport", exchange.transport ? to_string(*exchange.transport) : ""},
      {"purpose", exchange.purpose},   {"session", exchange.session},
      {"revision", exchange.revision}, {"deliberate", exchange.deliberate}};
  value["request"] = {{"method", exchange.request.method},
                      {"url", exchange.request.url},
                      {"headers", headers_json(exchange.request.headers)},
                      {"body", exchange.request.body},
                      {"size", exchange.request.body_size},
                      {"cut", exchange.request.body_cut},
                      {"at", moment(exchange.request.at)}};
  if (exchange.request.again) value["request"]["again"] = true;
  value["replies"] = json::array();
  for (const HeaderBlock& block : exchange.blocks)
    value["replies"].push_back({{"version", block.version},
                                {"status", block.status},
                                {"reason", block.reason},
                                {"headers", headers_json(block.headers)},
                                {"at", moment(block.at)}});
  value["trailers"] = headers_json(exchange.trailers);
  value["body"] = {{"text", exchange.body}, {"size", exchange.body_size}, {"cut", exchange.body_cut}};
  value["chunks"] = json::array();
  for (const Chunk& chunk : exchange.chunks) value["chunks"].push_back({chunk.at, chunk.size});
  value["events"] = json::array();
  for (const StreamEvent& event : exchange.events) value["events"].push_back(event_json(event));
  value["events_seen"] = exchange.events_seen;
  value["comments_seen"] = exchange.comments_seen;
  value["first_comment"] = moment(exchange.first_comment);
  const Connection& c = exchange.connection;
  value["connection"] = {{"ip", c.ip},
                         {"port", c.port},
                         {"proxy", c.proxy},
                         {"http", c.http_version},
                         {"tls", c.tls},
                         {"reused", c.reused},
                         {"resolved", moment(c.resolved)},
                         {"connected", moment(c.connected)},
                         {"tls_done", moment(c.tls_done)}};
  if (exchange.failure)
    value["failure"] = {{"kind", to_string(exchange.failure->kind)},
                        {"message", exchange.failure->message},
                        {"at", moment(exchange.failure->at)}};
  value["ended"] = moment(exchange.ended);
  value["closed_by_us"] = exchange.closed_by_us;
  if (exchange.channel) value["channel"] = *exchange.channel;
  if (exchange.answer) value["answer"] = event_json(*exchange.answer);
  if (exchange.process) value["process"] = *exchange.process;
  return value;
}

json kept_text_json(const KeptText& kept) { return {{"head", kept.head}, {"tail", kept.tail}, {"size", kept.size}}; }

json process_json(const ProcessRecord& process) {
  json value = {{"number", process.number},
                {"session", process.session},
                {"command", json::array()},
                {"pid", process.pid},
                {"log", kept_text_json(process.log)},
                {"started", moment(process.started)},
                {"ended", moment(process.ended)},
                {"input_closed", moment(process.input_closed)},
                {"terminated", moment(process.terminated)},
                {"killed", moment(process.killed)}};
  for (const std::string& word : process.command) value["command"].push_back(word);
  if (!process.problem.empty()) value["problem"] = process.problem;
  if (process.exit_status) value["exit_status"] = *process.exit_status;
  if (process.signal) value["signal"] = *process.signal;
  return value;
}

json attempt_json(const Attempt& attempt) {
  json value = {{"transport", to_string(attempt.transport)}, {"exchange", attempt.exchange}};
  if (!attempt.problem.empty()) value["problem"] = attempt.problem;
  if (!attempt.method.empty()) value["method"] = attempt.method;
  return value;
}

json finding_json(const Finding& finding) {
  json value = {{"severity", to_string(finding.severity)},
                {"path", finding.path},
                {"expected", finding.expected},
                {"actual", finding.actual},
                {"script", finding.script_at}};
  if (finding.exchange) value["exchange"] = *finding.exchange;
  if (!finding.revision.empty()) value["revision"] = finding.revision;
  return value;
}

json expected_json(const Expected& expected) {
  return {{"verdict", to_string(expected.verdict)}, {"reason", expected.reason}};
}

json outcome_json(const Outcome& outcome) {
  json value = {{"id", outcome.id},
                {"title", outcome.title},
                {"suite", outcome.suite},
                {"level", to_string(outcome.level)},
                {"verdict", to_string(outcome.verdict)},
                {"judged", outcome.judged},
                {"took", outcome.took},
                {"spec", outcome.spec},
                {"cure", outcome.cure},
                {"covers", outcome.covers},
                {"findings", json::array()}};
  if (!outcome.reason.empty()) value["reason"] = outcome.reason;
  for (const Finding& finding : outcome.findings) value["findings"].push_back(finding_json(finding));
  for (const EarlierTry& attempt : outcome.earlier) {
    json& entry = value["earlier"].emplace_back(json{{"problem", attempt.problem}});
    if (attempt.exchange) entry["exchange"] = *attempt.exchange;
  }
  for (const RevisionVerdict& each : outcome.in) value["in"].push_back(revision_verdict_json(each));
  if (outcome.flaky()) value["flaky"] = true;
  if (outcome.left_out) value["left_out"] = true;
  if (outcome.runs > 1) value.update({{"runs", outcome.runs}, {"broken_runs", outcome.broken_runs}});
  if (outcome.expected) value["expected"] = expected_json(*outcome.expected);
  return value;
}

json baseline_json(const BaselineUse& baseline) {
  json value = {{"file", baseline.file}, {"complete", baseline.complete}, {"stale", json::array()}};
  for (const StaleEntry& entry : baseline.stale)
    value["stale"].push_back({{"id", entry.id}, {"expected", expected_json(entry.expected)}, {"actual", entry.actual}});
  return value;
}

json observation_json(const Observation& observation) {
  json value = {{"id", observation.id}, {"title", observation.title}, {"value", observation.value}};
  if (observation.number) {
    value["number"] = *observation.number;
    value["unit"] = observation.unit;
  }
  if (observation.low && observation.high) value["spread"] = {*observation.low, *observation.high};
  if (const auto& samples = observation.samples)
    value["samples"] = {{"count", samples->count}, {"p95", samples->p95}, {"most", samples->most}};
  if (!observation.at_first.empty()) value["at_first"] = observation.at_first;
  if (observation.exchange) value["exchange"] = *observation.exchange;
  if (!observation.revision.empty()) value["revision"] = observation.revision;
  return value;
}

// ---- reading
// -----------------------------------------------------------------------------------------------------------

using Reader = JsonReader;

StreamEvent read_event(const Reader& in) {
  StreamEvent event;
  event.at = in.at("at").moment();
  event.type = in.at("type").string();
  if (in.has("id")) event.id = in.at("id").string();
  if (in.has("retry")) event.retry_ms = in.at("retry").integer();
  event.has_data = in.has("data");
  if (event.has_data) event.data = in.at("data").string();
  event.data_cut = in.has("cut") && in.at("cut").boolean();
  return event;
}

HeaderBlock read_block(const Reader& in) {
  return {in.at("version").string(), static_cast<int>(in.at("status").integer()), in.at("reason").string(),
          in.at("headers").headers(), in.at("at").moment()};
}

Connection read_connection(const Reader& in) {
  return {in.at("ip").string(),       static_cast<long>(in.at("port").integer()),
          in.at("proxy").string(),    in.at("http").string(),
          in.at("tls").string(),      in.at("reused").boolean(),
          in.at("resolved").moment(), in.at("connected").moment(),
          in.at("tls_done").moment()};
}

Exchange read_exchange(const Reader& in) {
  Exchange exchange;
  exchange.number = in.at("number").count();
  if (!in.at("transport").string().empty()) exchange.transport = in.at("transport").word(transport_kind_from);
  exchange.purpose = in.at("purpose").string();
  exchange.session = in.at("session").string();
  exchange.revision = in.at("revision").string();
  exchange.deliberate = in.at("deliberate").boolean();
  const Reader request = in.at("request");
  exchange.request = {request.at("method").string(),   request.at("url").string(),
                      request.at("headers").headers(), request.at("body").string(),
                      request.at("size").count(),      request.at("cut").boolean(),
                      request.at("at").moment(),       request.has("again") && request.at("again").boolean()};
  if (!exchange.request.body_cut && !exchange.request.body.empty())
    if (Result<json> message = parse_json(exchange.request.body, {}, nullptr)) exchange.message = std::move(*message);
  in.at("replies").each([&](const Reader& block) { exchange.blocks.push_back(read_block(block)); });
  exchange.trailers = in.at("trailers").headers();
  exchange.body = in.at("body").at("text").string();
  exchange.body_size = in.at("body").at("size").count();
  exchange.body_cut = in.at("body").at("cut").boolean();
  in.at("chunks").each([&](const Reader& chunk) {
    if (!chunk.raw().is_array() || chunk.raw().size() != 2 || !chunk.raw()[0].is_number_integer() ||
        !chunk.raw()[1].is_number_unsigned())
      return chunk.miss("[at, size]");
    exchange.chunks.push_back({chunk.raw()[0].get<Micros>(), chunk.raw()[1].get<std::size_t>()});
  });
  in.at("events").each([&](const Reader& event) { exchange.events.push_back(read_event(event)); });
  exchange.events_seen = in.at("events_seen").count();
  exchange.comments_seen = in.at("comments_seen").count();
  exchange.first_comment = in.at("first_comment").moment();
  exchange.connection = read_connection(in.at("connection"));
  if (in.has("failure")) {
    const Reader failed = in.at("failure");
    exchange.failure =
        Failure{failed.at("kind").word(failure_kind_from), failed.at("message").string(), failed.at("at").moment()};
  }
  exchange.ended = in.at("ended").moment();
  exchange.closed_by_us = in.at("closed_by_us").boolean();
  if (in.has("channel")) exchange.channel = in.at("channel").count();
  if (in.has("answer")) exchange.answer = read_event(in.at("answer"));
  if (in.has("process")) exchange.process = in.at("process").count();
  return exchange;
}

ProcessRecord read_process(const Reader& in) {
  ProcessRecord process;
  process.number = in.at("number").count();
  process.session = in.at("session").string();
  in.at("command").each([&](const Reader& word) { process.command.push_back(word.string()); });
  process.pid = static_cast<long>(in.at("pid").integer());
  const Reader log = in.at("log");
  process.log = {log.at("head").string(), log.at("tail").string(), log.at("size").count()};
  process.started = in.at("started").moment();
  process.ended = in.at("ended").moment();
  process.input_closed = in.at("input_closed").moment();
  process.terminated = in.at("terminated").moment();
  process.killed = in.at("killed").moment();
  if (in.has("problem")) process.problem = in.at("problem").string();
  if (in.has("exit_status")) process.exit_status = static_cast<int>(in.at("exit_status").integer());
  if (in.has("signal")) process.signal = static_cast<int>(in.at("signal").integer());
  return process;
}

Attempt read_attempt(const Reader& in, std::size_t exchanges) {
  Attempt attempt;
  attempt.transport = in.at("transport").word(transport_kind_from);
  attempt.exchange = in.at("exchange").count();
  if (in.has("problem")) attempt.problem = in.at("problem").string();
  if (in.has("method")) attempt.method = in.at("method").string();
  if (attempt.exchange >= exchanges) in.at("exchange").miss("the number of an exchange of this run");
  return attempt;
}

// The number of an exchange of this run, if one is given.
std::optional<std::size_t> read_number(const Reader& in, std::size_t exchanges) {
  if (!in.has("exchange")) return std::nullopt;
  const std::size_t number = in.at("exchange").count();
  if (number >= exchanges) in.at("exchange").miss("the number of an exchange of this run");
  return number;
}

Expected read_expected(const Reader& in) { return {in.at("verdict").word(verdict_from), in.at("reason").string()}; }

BaselineUse read_baseline_use(const Reader& in) {
  BaselineUse use{in.at("file").string(), in.at("complete").boolean(), {}};
  in.at("stale").each([&](const Reader& entry) {
    use.stale.push_back({entry.at("id").string(), read_expected(entry.at("expected")), entry.at("actual").string()});
  });
  return use;
}

// What only some runs have: tries before, repetitions, a baseline.
void read_circumstances(const Reader& in, Outcome& outcome, std::size_t exchanges) {
  if (in.has("earlier"))
    in.at("earlier").each([&](const Reader& each) {
      outcome.earlier.push_back({each.at("problem").string(), read_number(each, exchanges)});
    });
  if (in.has("runs")) outcome.runs = in.at("runs").count();
  if (in.has("broken_runs")) outcome.broken_runs = in.at("broken_runs").count();
  outcome.left_out = in.has("left_out") && in.at("left_out").boolean();
  if (in.has("expected")) outcome.expected = read_expected(in.at("expected"));
}

Outcome read_outcome(const Reader& in, std::size_t exchanges) {
  Outcome outcome;
  outcome.id = in.at("id").string();
  outcome.title = in.at("title").string();
  outcome.suite = in.at("suite").string();
  outcome.level = in.at("level").word(level_from);
  outcome.verdict = in.at("verdict").word(verdict_from);
  if (in.has("reason")) outcome.reason = in.at("reason").string();
  outcome.judged = in.at("judged").count();
  outcome.took = in.at("took").integer();
  outcome.spec = in.at("spec").string();
  outcome.cure = in.at("cure").string();
  in.at("covers").each([&](const Reader& row) { outcome.covers.push_back(row.string()); });
  in.at("findings").each([&](const Reader& each) {
    Finding finding;
    finding.severity = each.at("severity").word(verdict_from);
    finding.path = each.at("path").string();
    finding.expected = each.at("expected").string();
    finding.actual = each.at("actual").string();
    finding.script_at = each.at("script").string();
    finding.exchange = read_number(each, exchanges);
    if (each.has("revision")) finding.revision = each.at("revision").string();
    outcome.findings.push_back(std::move(finding));
  });
  if (in.has("in")) in.at("in").each([&](const Reader& each) { outcome.in.push_back(read_revision_verdict(each)); });
  read_circumstances(in, outcome, exchanges);
  return outcome;
}

Observation read_observation(const Reader& in, std::size_t exchanges) {
  Observation observation;
  observation.id = in.at("id").string();
  observation.title = in.at("title").string();
  observation.value = in.at("value").string();
  if (in.has("number")) {
    observation.number = in.at("number").number();
    observation.unit = in.at("unit").string();
  }
  if (in.has("spread")) {
    std::vector<double> ends;
    in.at("spread").each([&](const Reader& end) { ends.push_back(end.number()); });
    if (ends.size() == 2)
      observation.low = ends.front(), observation.high = ends.back();
    else
      in.at("spread").miss("two numbers");
  }
  if (in.has("samples")) {
    const Reader samples = in.at("samples");
    observation.samples = {samples.at("count").count(), samples.at("p95").number(), samples.at("most").number()};
  }
  if (in.has("at_first")) observation.at_first = in.at("at_first").string();
  if (in.has("exchange")) {
    observation.exchange = in.at("exchange").count();
    if (*observation.exchange >= exchanges) in.at("exchange").miss("the number of an exchange of this run");
  }
  if (in.has("revision")) observation.revision = in.at("revision").string();
  return observation;
}

}  // namespace

json record_json(const Run& run) {
  json value = {{"format", Run::kFormat},
                {"tool", "mcplumb " + run.tool_version},
                {"tool_version", run.tool_version},
                {"target", run.target},
                {"started", run.started},
                {"took", run.took},
                {"strict", run.strict},
                {"interrupted", run.interrupted}};
  if (!run.manifest.empty()) value["manifest"] = run.manifest;
  if (run.cancelled) value["cancelled"] = true;
  if (run.no_memory) value["no_memory"] = true;
  if (!run.undecided.empty()) value["undecided"] = run.undecided;
  if (run.latency) value["latency"] = *run.latency;
  if (!run.one_at_a_time.empty()) value["one_at_a_time"] = run.one_at_a_time;
  if (run.server) value["server"] = server_json(*run.server);
  for (const Attempt& attempt : run.attempts) value["attempts"].push_back(attempt_json(attempt));
  if (run.first_failure) value["first_failure"] = *run.first_failure;
  if (!run.handshake_problem.empty()) value["handshake_problem"] = run.handshake_problem;
  if (!run.wanted_revision.empty()) value["wanted_revision"] = run.wanted_revision;
  if (run.stop) value["stop"] = {{"problem", run.stop->problem}, {"exchange", run.stop->exchange}};
  const Summary summary = summarize(run);
  value["summary"] = {{"pass", summary.pass},       {"fail", summary.fail}, {"warn", summary.warn},
                      {"note", summary.note},       {"skip", summary.skip}, {"inconclusive", summary.inconclusive},
                      {"flaky", summary.flaky},     {"news", summary.news}, {"expected", summary.expected},
                      {"exit_code", exit_code(run)}};
  if (run.baseline) value["baseline"] = baseline_json(*run.baseline);
  for (const Repetition& one : run.repetitions)
    value["repetitions"].push_back({{"exit_code", one.exit_code}, {"took", one.took}});
  value["outcomes"] = json::array();
  for (const Outcome& outcome : run.outcomes) {
    check_memory();
    value["outcomes"].push_back(outcome_json(outcome));
  }
  if (run.surface) value["surface"] = surface_json(*run.surface);
  write_eras(value, run);
  for (const Observation& each : run.observations) value["observations"].push_back(observation_json(each));
  write_diagnoses(value, run);
  for (const std::string& rule : run.accepted) value["accepted"].push_back(rule);
  write_migration(value, run);
  write_exercise(value, run);
  value["exchanges"] = json::array();
  for (const Exchange& exchange : run.trace.exchanges) {
    check_memory();
    value["exchanges"].push_back(exchange_json(exchange));
  }
  for (const ProcessRecord& process : run.trace.processes) value["processes"].push_back(process_json(process));
  return value;
}

json to_json(const Run& run) { return json::parse(serialize(record_json(run))); }

Result<Run> run_from_json(const json& value) {
  const json* format = member(value, "format");
  if (format == nullptr || !format->is_number_integer())
    return failure("this is not a run of mcplumb: it has no \"format\"", "/format");
  if (*format != Run::kFormat)
    return failure("the run has format " + serialize(*format) + ", and this mcplumb reads format " +
                       std::to_string(Run::kFormat) + "; use the mcplumb that wrote it, or a newer one",
                   "/format");
  std::optional<Error> problem;
  const Reader in(value, "", problem);
  Run run;
  run.tool_version = in.at("tool_version").string();
  run.target = in.at("target").string();
  run.started = in.at("started").string();
  run.took = in.at("took").integer();
  run.strict = in.at("strict").boolean();
  run.interrupted = in.at("interrupted").boolean();
  run.cancelled = in.has("cancelled") && in.at("cancelled").boolean();
  run.no_memory = in.has("no_memory") && in.at("no_memory").boolean();
  if (in.has("undecided")) run.undecided = in.at("undecided").string();
  in.at("exchanges").each([&](const Reader& each) {
    run.trace.exchanges.push_back(read_exchange(each));
    if (run.trace.exchanges.back().number != run.trace.exchanges.size() - 1)
      each.at("number").miss("its place in the list");
  });
  const std::size_t exchanges = run.trace.exchanges.size();
  if (in.has("processes"))
    in.at("processes").each([&](const Reader& each) {
      run.trace.processes.push_back(read_process(each));
      if (run.trace.processes.back().number != run.trace.processes.size() - 1)
        each.at("number").miss("its place in the list");
    });
  for (const Exchange& each : run.trace.exchanges)
    if ((each.channel && *each.channel >= exchanges) || (each.process && *each.process >= run.trace.processes.size()))
      in.at("exchanges").miss("channels and processes that are in this run");
  if (in.has("attempts"))
    in.at("attempts").each([&](const Reader& each) { run.attempts.push_back(read_attempt(each, exchanges)); });
  if (in.has("server")) run.server = read_server(in.at("server"));
  if (in.has("handshake_problem")) run.handshake_problem = in.at("handshake_problem").string();
  if (in.has("first_failure")) {
    run.first_failure = in.at("first_failure").count();
    if (*run.first_failure >= exchanges) in.at("first_failure").miss("the number of an exchange of this run");
  }
  if (in.has("manifest")) run.manifest = in.at("manifest").string();
  if (in.has("wanted_revision")) run.wanted_revision = in.at("wanted_revision").string();
  if (in.has("latency")) run.latency = in.at("latency").integer();
  if (in.has("one_at_a_time")) run.one_at_a_time = in.at("one_at_a_time").string();
  if (in.has("stop")) {
    run.stop = Stop{in.at("stop").at("problem").string(), in.at("stop").at("exchange").count()};
    if (run.stop->exchange >= exchanges) in.at("stop").at("exchange").miss("the number of an exchange of this run");
  }
  if (in.has("baseline")) run.baseline = read_baseline_use(in.at("baseline"));
  if (in.has("repetitions"))
    in.at("repetitions").each([&](const Reader& each) {
      run.repetitions.push_back({static_cast<int>(each.at("exit_code").integer()), each.at("took").integer()});
    });
  in.at("outcomes").each([&](const Reader& each) { run.outcomes.push_back(read_outcome(each, exchanges)); });
  if (in.has("surface")) run.surface = read_surface(in.at("surface"));
  if (in.has("observations"))  // runs of an earlier mcplumb have none
    in.at("observations").each([&](const Reader& each) {
      run.observations.push_back(read_observation(each, exchanges));
    });
  read_eras(in, run);
  read_diagnoses(in, run);
  if (in.has("accepted")) in.at("accepted").each([&](const Reader& each) { run.accepted.push_back(each.string()); });
  read_migration(in, run);
  read_exercise(in, run);
  if (problem) return tl::make_unexpected(*problem);
  return run;
}

}  // namespace mcplumb

// Comparisons as values, for the tests of the reports only.
#pragma once

#include "conformance/compare/compare.hpp"

namespace mcplumb::sample {

inline Side side(std::string name, const std::string& version) {
  Side made;
  made.name = std::move(name);
  made.server = "weather " + version;
  made.started = "2026-01-02T03:04:05Z";
  made.tool_version = "0.1.0";
  made.summary.pass = 96;
  made.summary.warn = 2;
  made.summary.skip = 107;
  made.versions = {"anyio 4.11.0", "mcp " + version, "starlette 0.49.1"};
  made.prepared_in = 31 * kSecond;
  made.ready_in = 1370 * kMillisecond;
  made.run_file = ".mcplumb/upgrade/" + made.name + ".json";
  return made;
}

inline Comparison same() {
  Comparison made;
  made.title = "Upgrade starlette";
  made.before = side("before", "1.23.0");
  made.after = side("after", "1.23.0");
  return made;
}

// Something of every kind, and texts from servers that do not mean well: control bytes, markup, pipes, line breaks.
inline Comparison broken() {
  Comparison made = same();
  made.title = "Upgrade mcp";
  made.before = side("before (1.22.0)", "1.22.0");
  made.after.summary.pass = 95;
  made.after.summary.fail = 1;
  made.after.exit_code = 1;
  made.after.versions.push_back("exceptiongroup 1.3.0");
  made.changes = {
      {"surface.tools.forecast.arguments.days", Area::surface, Effect::broken,
       "tool forecast has the new required argument days", "", "required", "", 3, 3},
      {"verdicts.session.terminated-404", Area::verdicts, Effect::broken, "A terminated session is answered 404 (must)",
       "pass", "fail: status: expected 404, got 400", "", 41, 40},
      {"answer.host-foreign", Area::behaviour, Effect::changed, "POST with Host: gate.example", "200 text/event-stream",
       "421, no content type", "", 120, 118},
      {"cost.start", Area::cost, Effect::changed, "time from start to the first answer", "1.4 s", "5.9 s", "",
       std::nullopt, std::nullopt},
      {"log.WARNING \x1b[31mred | <b>bold</b>", Area::log, Effect::changed, "the log says something new", "",
       "WARNING \x1b[31mred | <b>bold</b>\n::error::not a command", "", std::nullopt, std::nullopt},
      {"stream.keep-alive", Area::behaviour, Effect::better, "sign of life on an idle GET stream", "silent for 20.0 s",
       "comments", "", 130, 129},
      {"surface.tools.alerts", Area::surface, Effect::safe, "tool alerts is new", "", "", "", 3, std::nullopt},
      {"surface.tools.forecast.description", Area::surface, Effect::wording, "tool forecast is described otherwise",
       "Weather of tomorrow", "The weather of the next days", "", 3, 3},
      {"limit.body-5-mib", Area::behaviour, Effect::changed, "POST of 5 MiB", "200 application/json",
       "413, no content type", "nobody sends that much", 128, 127}};
  Diagnosis cause;
  cause.rule = "R-HOST";
  cause.confidence = Confidence::certain;
  cause.title = "The server refuses the name it is reached by";
  cause.cause = "The server protects itself against DNS rebinding and does not know this host name.";
  cause.evidence = {"Host: gate.example was answered 421 (#120)", "Host: localhost:8000 was answered 200 (#121)"};
  cause.cure = "Name the host in TransportSecuritySettings(allowed_hosts=[...]).";
  cause.links = {"https://github.com/modelcontextprotocol/python-sdk/issues/1798"};
  made.causes = {cause};
  made.doubts = {"in one of the two runs only, and not compared: 3 observations (a, b, c)"};
  return made;
}

// The environment after could not be made.
inline Comparison not_prepared() {
  Comparison made = same();
  give_no_answer(made, "the environment after could not be prepared: `pip install mcp==99` exited with status 1");
  made.after = Side{};
  made.after.name = "after";
  made.after.problem = "could not be prepared: `pip install mcp==99` exited with status 1";
  made.after.log = {"ERROR: Could not find a version that satisfies the requirement mcp==99",
                    "ERROR: No matching distribution found for mcp==99"};
  return made;
}

}  // namespace mcplumb::sample

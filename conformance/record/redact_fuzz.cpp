// A secret that a peer gives back, anywhere and in any of the forms that it may take, is in no report. The first line
// of the input is the secret, the second says where it goes, the rest is the text around it: "@" stands for the secret.
#include "conformance/record/json_text.hpp"
#include "conformance/record/redact.hpp"
#include "conformance/record/run.hpp"
#include "tests/fuzz.hpp"

namespace {

using namespace mcplumb;

std::string planted(std::string_view text, std::string_view secret) {
  std::string out;
  for (const char c : text) c == '@' ? out.append(secret) : out += c;
  return out;
}

// Every place of a run that a peer writes.
Run run_with(const std::string& text, const std::string& where) {
  Run run;
  run.target = "http://mcp.test/mcp";
  run.handshake_problem = text;
  run.server = ServerFacts{text, text, text, "2025-11-25", {{text, {{"x", text}}}}, TransportKind::streamable_http};
  Outcome outcome;
  outcome.id = "a.b";
  outcome.reason = text;
  outcome.findings = {{Verdict::fail, text, text, text, 0, text}};
  run.outcomes = {outcome};
  run.observations.emplace_back().id = text;
  ToolUse& use = run.exercise.emplace().tools.emplace_back();
  use.tool = text;
  use.roles = {{text, {{"id", text}}}};
  use.faults.emplace_back().arguments = {{"kind", text}};
  run.surface.emplace();
  run.surface->tools = nlohmann::json{{{"name", text}, {"inputSchema", {{text, text}}}}};
  run.diagnoses.emplace_back().rule = "R-HOST";
  run.diagnoses.back().evidence = {text};
  Exchange& exchange = run.trace.exchanges.emplace_back();
  exchange.request = {
      "POST", "http://mcp.test/" + (where.starts_with('u') ? "?token=" + text : ""), {{"X-Key", text}}, "", 0, false,
      1};
  exchange.request.body = text;
  exchange.message = {{"method", where}, {"params", text}};
  exchange.blocks.push_back({"HTTP/1.1", 200, text, {{"Location", text}, {text, text}, {"Content-Type", where}}, 1});
  exchange.trailers = {{"X", text}};
  exchange.body = text;
  exchange.unfinished = text;
  exchange.events = {{1, text, text, std::nullopt, true, text, where.ends_with('c')}};
  exchange.failure = Failure{FailureKind::cut, text, 1};
  ProcessRecord& process = run.trace.processes.emplace_back();
  process.command = {"server", text};
  process.problem = text;
  process.log.add(text, 64, 64);
  return run;
}

// As it stands in JSON, in a URL and in a page.
std::vector<std::string> forms_of(const std::string& secret) {
  const std::string quoted = nlohmann::json(secret).dump();
  std::string in_url, in_page;
  for (const char c : secret) {
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    in_url += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' || c == '~'
                  ? std::string{c}
                  : std::string(escape);
    in_page += c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string{c};
  }
  return {quoted.substr(1, quoted.size() - 2), in_url, in_page};
}

// Nothing of ours in a report may be taken for a secret, or there is nothing to look for.
bool is_distinct(const std::string& secret, const std::string& where) {
  const Run without = run_with("", where);
  const std::string rest = json_text(to_json(without)) + kRedacted + " bytes of text> bytes withheld>…";
  return rest.find(secret) == std::string::npos && secret.find_first_of("<>") == std::string::npos;
}

// In a string or a name of the report: its text may look like a secret where escapes stand in it.
bool is_told(const nlohmann::json& value, const std::string& secret) {
  if (value.is_string()) return value.get_ref<const std::string&>().find(secret) != std::string::npos;
  if (value.is_object())
    for (const auto& [name, member] : value.items())
      if (name.find(secret) != std::string::npos || is_told(member, secret)) return true;
  return value.is_array() &&
         std::any_of(value.begin(), value.end(), [&](const auto& each) { return is_told(each, secret); });
}

}  // namespace

MCPLUMB_FUZZER(redact_fuzz) {
  const std::string secret(fuzz::take_line(input)), where(fuzz::take_line(input));
  if (secret.size() < 8 || !is_utf8(secret) || !is_distinct(secret, where)) return;
  Secrets secrets;
  secrets.add(secret);
  if (secrets.empty()) return;
  const std::string text = planted(input, secret);
  const std::string shown = secrets.hide(text);
  fuzz::require(shown.find(secret) == std::string::npos, "a text that leaves the program holds no secret", shown);
  fuzz::require(secrets.hide(shown) == shown, "what was hidden stays as it is", shown);
  fuzz::require(text.find(secret) != std::string::npos || input.find('@') == input.npos, "the secret was there");

  for (const std::string& form : forms_of(secret))
    fuzz::require(secrets.hide("x " + form + " y").find(form) == std::string::npos, "nor in another form", form);
  const Run run = redact(run_with(text, where), secrets);
  const std::string report = json_text(to_json(run));
  fuzz::require(!is_told(to_json(run), secret), "a report holds no secret", report);
  // Where a part of it is hidden, what names a value may begin elsewhere, and the second time more is hidden.
  if (is_utf8(text) && text.find_first_of("=:") == text.npos)
    fuzz::require(to_json(redact(run, secrets)) == to_json(run), "a run that is redacted twice says the same", report);
}

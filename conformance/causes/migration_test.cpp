#include <doctest/doctest.h>

#include <set>

#include "conformance/causes/migration_rules.hpp"
#include "conformance/causes/probe_purposes.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

// A run of a server with a handshake, to be filled with requests and their replies.
class MigrationStory {
 public:
  MigrationStory() {
    run_.server.emplace();
    run_.server->revision = "2025-11-25";
    run_.server->transport = TransportKind::streamable_http;
    run_.server->capabilities = json::object();
  }

  Exchange& asked(const char* method, const json& reply, int status = 200, Headers headers = {}) {
    Exchange& exchange = run_.trace.exchanges.emplace_back();
    exchange.number = run_.trace.exchanges.size() - 1;
    exchange.transport = TransportKind::streamable_http;
    exchange.request.method = "POST";
    exchange.request.url = "http://127.0.0.1/mcp";
    exchange.message = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}};
    exchange.blocks.push_back({"HTTP/1.1", status, "", std::move(headers), 0});
    if (!reply.is_null()) {
      Received& received = run_.trace.received.emplace_back();
      received.exchange = exchange.number;
      received.value = reply;
    }
    return exchange;
  }
  Run& run() { return run_; }

  std::set<std::string> rules() const {
    std::set<std::string> found;
    for (const MigrationItem& item : plan_migration(run_).items) found.insert(item.rule);
    return found;
  }

 private:
  Run run_;
};

json with_result(json value) { return {{"id", 1}, {"result", std::move(value)}}; }
json with_error(int code) { return {{"id", 1}, {"error", {{"code", code}, {"message", "no"}}}}; }
using RuleNames = std::set<std::string>;

}  // namespace

TEST_CASE("migration: every rule has a name of its own, a cure and a page") {
  std::set<std::string_view> ids;
  for (const MigrationRule& rule : migration_rules()) {
    CAPTURE(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK(rule.id.starts_with("M-"));
    CHECK_FALSE(rule.todo.empty());
    CHECK_FALSE(rule.page.empty());
  }
}

TEST_CASE("migration: what was not seen is not asked for") {
  CHECK(MigrationStory().rules().empty());
  MigrationStory good;
  good.asked("server/discover", with_result({{"resultType", "complete"}}));
  good.asked("tools/list", with_result({{"resultType", "complete"}, {"ttlMs", 0}, {"cacheScope", "private"}}));
  good.asked("no/such", with_error(-32601), 404);
  CHECK(good.rules().empty());
}

TEST_CASE("migration: each sign leads to its rule, with the exchange that shows it") {
  MigrationStory story;
  story.asked("server/discover", with_error(-32600), 400);
  story.asked("initialize", with_result(json::object()), 200, {{"Mcp-Session-Id", "abc"}});
  story.asked("tools/list", with_result({{"tools", json::array()}}));
  CHECK(story.rules() == RuleNames{"M-DISCOVER", "M-SESSION", "M-RESULT-TYPE", "M-CACHE"});
  const MigrationItem discover = plan_migration(story.run()).items.front();
  CHECK(discover.exchanges == std::vector<std::size_t>{0});
  CHECK(discover.evidence.front().find("-32600 (#0)") != std::string::npos);

  MigrationStory errors;
  errors.asked("no/such", with_error(-32601), 200);
  errors.asked("resources/read", with_error(-32002), 200);
  CHECK(errors.rules() == RuleNames{"M-METHOD-STATUS", "M-NOT-FOUND"});

  MigrationStory requests;
  Exchange& call = requests.asked("tools/call", {{"id", 7}, {"method", "elicitation/create"}}, 200,
                                  {{"Content-Type", "text/event-stream"}});
  call.events.emplace_back().id = "1";
  CHECK(requests.rules() == RuleNames{"M-ASKS", "M-RESUME", "M-BUFFERING"});
  CHECK(plan_migration(requests.run()).items.front().evidence.front() ==
        "the server sent elicitation/create on the reply to tools/call (#0)");

  MigrationStory probes;
  probes.asked("tools/list", with_error(-32600), 400).purpose = migration_purpose::kAlone;
  probes.asked("tools/list", with_result({{"resultType", "complete"}, {"ttlMs", 0}, {"cacheScope", "private"}}))
      .purpose = migration_purpose::kHeaders;
  probes.run().server->capabilities = {{"tools", {{"listChanged", true}}}, {"tasks", json::object()}};
  CHECK(probes.rules() == RuleNames{"M-ALONE", "M-HEADERS", "M-LISTEN", "M-TASKS"});

  MigrationStory schemas;
  schemas.run().surface.emplace();
  schemas.run().surface->tools = json::parse(
      R"([{"name": "t", "inputSchema": {"properties": {"a": {"$ref": "https://example.com/a.json"}}}},
          {"name": "u", "inputSchema": {"properties": {"a": {"$ref": "#/$defs/a"}}}}])");
  CHECK(schemas.rules() == RuleNames{"M-REFERENCES"});
  schemas.run().server->transport = TransportKind::http_sse;
  CHECK(schemas.rules() == RuleNames{"M-SSE", "M-REFERENCES"});
}

TEST_CASE("migration: of a server that has arrived the broken rules are left") {
  MigrationStory story;
  story.run().server->revision = "2026-07-28";
  story.asked("tools/list", with_result(json::object()));
  CHECK(story.rules().empty());
  Outcome& outcome = story.run().outcomes.emplace_back();
  outcome.id = "cache.tools";
  outcome.verdict = Verdict::fail;
  outcome.findings.push_back({Verdict::fail, "result.ttlMs", "an integer", "absent", 0, ""});
  CHECK(story.rules() == RuleNames{"cache.tools"});
  const Migration migration = plan_migration(story.run());
  CHECK(migration.arrived);
  CHECK(migration.items.front().evidence.front() == "result.ttlMs: expected an integer, got absent (#0)");
}

TEST_CASE("migration: it is kept in the JSON form") {
  MigrationStory story;
  story.asked("server/discover", with_error(-32600), 400);
  story.run().migration = plan_migration(story.run());
  const Result<Run> read = run_from_json(to_json(story.run()));
  REQUIRE(read);
  REQUIRE(read->migration);
  const json before = to_json(story.run()), after = to_json(*read);
  CHECK(after.at("migration") == before.at("migration"));
  CHECK(read->migration->items.front().rule == "M-DISCOVER");
}

#include "client/transport/era.hpp"

#include <doctest/doctest.h>

#include "client/jsonrpc/message.hpp"
#include "client/transport/tool_headers.hpp"

namespace mcplumb::era_test {
namespace {

using nlohmann::json;

constexpr const char* kVersion = "io.modelcontextprotocol/protocolVersion";

json error_response(int code, json data = nullptr) {
  json error = {{"code", code}, {"message", "no"}};
  if (!data.is_null()) error["data"] = std::move(data);
  return {{"jsonrpc", "2.0"}, {"id", 1}, {"error", std::move(error)}};
}

json result_response(json result) { return {{"jsonrpc", "2.0"}, {"id", 1}, {"result", std::move(result)}}; }

}  // namespace

TEST_CASE("era: a revision with a handshake is stateful, no revision unknown, any other text stateless") {
  CHECK(era_of("2025-11-25") == Era::stateful);
  CHECK(era_of("2026-07-28") == Era::stateless);
  CHECK(era_of("2031-01-01") == Era::stateless);
  CHECK(era_of("") == Era::unknown);
  CHECK(is_published_revision("2026-07-28"));
  CHECK_FALSE(is_published_revision("2031-01-01"));
}

TEST_CASE("envelope: what the request says stands above it, and changes above both") {
  const json envelope = make_envelope("2026-07-28", {{"roots", json::object()}}, {{"name", "n"}});
  const json params = {{"name", "x"}, {"_meta", {{"progressToken", 7}, {kVersion, "own"}}}};
  json sent = with_meta(params, envelope, nullptr);
  CHECK(sent["name"] == "x");
  CHECK(sent["_meta"].size() == 4);
  CHECK(sent["_meta"][kVersion] == "own");
  sent = with_meta(params, envelope, {{"protocolVersion", "changed"}, {"clientInfo", nullptr}, {"traceparent", "t"}});
  CHECK(sent["_meta"][kVersion] == "changed");
  CHECK_FALSE(sent["_meta"].contains("io.modelcontextprotocol/clientInfo"));
  CHECK(sent["_meta"]["traceparent"] == "t");
}

TEST_CASE("envelope: without one params stay as they are, and so they do with `none`") {
  CHECK(with_meta(nullptr, nullptr, nullptr).is_null());
  CHECK(with_meta(nullptr, make_envelope("2026-07-28", json::object(), json::object()), "none").is_null());
  CHECK(with_meta(nullptr, nullptr, {{"logLevel", "debug"}}).dump() ==
        R"({"_meta":{"io.modelcontextprotocol/logLevel":"debug"}})");
}

TEST_CASE("headers: they repeat what the body says") {
  const json call = make_request(1, "tools/call", {{"name", "Hafen Süd"}, {"_meta", {{kVersion, "2031-01-01"}}}});
  const Headers headers = headers_of_message(call, "2026-07-28");
  CHECK(headers == Headers{{"MCP-Protocol-Version", "2031-01-01"},
                           {"Mcp-Method", "tools/call"},
                           {"Mcp-Name", "=?base64?SGFmZW4gU8O8ZA==?="}});
  const json read = make_request(2, "resources/read", {{"uri", "test://a"}});
  CHECK(find_header(headers_of_message(read, "2026-07-28"), "mcp-name") == "test://a");
  const json list = make_request(3, "tools/list", {{"name", "no header"}});
  CHECK_FALSE(find_header(headers_of_message(list, "2026-07-28"), "mcp-name"));
  CHECK(headers_of_message(nullptr, "2026-07-28").size() == 1);
}

TEST_CASE("headers: a value that a header cannot carry is encoded") {
  CHECK(header_value("plain text") == "plain text");
  CHECK(header_value("") == "");
  CHECK(header_value(" outer") == "=?base64?IG91dGVy?=");
  CHECK(header_value("a\tb") == "=?base64?YQli?=");
  CHECK(header_value("=?base64?x?=") == "=?base64?PT9iYXNlNjQ/eD89?=");
  CHECK(header_value("=?base64?x") == "=?base64?x");
}

TEST_CASE("tool headers: each property that asks for one, however deep, if it has a value") {
  ToolHeaders headers;
  const json schema = json::parse(R"({"type": "object", "properties": {
    "station": {"type": "string", "x-mcp-header": "Station"},
    "hours": {"type": "integer", "x-mcp-header": "Hours"},
    "dry": {"type": "boolean", "x-mcp-header": "Dry"},
    "gone": {"type": "string", "x-mcp-header": "Gone"},
    "odd": {"type": "string", "x-mcp-header": "not a token"},
    "in": {"type": "object", "properties": {"ner": {"type": "string", "x-mcp-header": "Inner"}}}}})");
  headers.learn({{"tools", {{{"name", "tide"}, {"inputSchema", schema}}}}});
  const auto call = [&](const char* name, json arguments) {
    return headers.headers_for(make_request(1, "tools/call", {{"name", name}, {"arguments", std::move(arguments)}}));
  };
  const Headers sent = call(
      "tide",
      {{"station", "Süd"}, {"hours", 6.0}, {"dry", true}, {"gone", nullptr}, {"odd", "x"}, {"in", {{"ner", "deep"}}}});
  CHECK(sent.size() == 4);
  CHECK(find_header(sent, "Mcp-Param-Station") == "=?base64?U8O8ZA==?=");
  CHECK(find_header(sent, "Mcp-Param-Hours") == "6");
  CHECK(find_header(sent, "Mcp-Param-Dry") == "true");
  CHECK(find_header(sent, "Mcp-Param-Inner") == "deep");
  CHECK(call("other", {{"station", "x"}}).empty());
  headers.learn({{"tools", {{{"name", "tide"}, {"inputSchema", {{"type", "object"}}}}}}});
  CHECK(call("tide", {{"station", "x"}}).empty());
}

TEST_CASE("tool headers: a tool is refused for one that cannot be sent") {
  const auto problem = [](const char* properties) {
    return tool_header_problem({{"inputSchema", {{"type", "object"}, {"properties", json::parse(properties)}}}});
  };
  CHECK(tool_header_problem({{"name", "bare"}}).empty());
  CHECK(problem(R"({"a": {"type": "string", "x-mcp-header": "A"}, "x-mcp-header": {"type": "object"},
    "o": {"type": "object", "properties": {"n": {"type": "integer", "x-mcp-header": "N"}}},
    "u": {"type": ["string", "null"], "x-mcp-header": "U"}})") == "");
  for (const char* broken :
       {R"({"a": {"type": "string", "x-mcp-header": ""}})", R"({"a": {"type": "string", "x-mcp-header": 5}})",
        R"({"a": {"type": "string", "x-mcp-header": "My Region"}})",
        R"({"a": {"type": "string", "x-mcp-header": "A\r\nX: 1"}})",
        R"({"a": {"type": "number", "x-mcp-header": "A"}})", R"({"a": {"type": "array", "x-mcp-header": "A"}})",
        R"({"a": {"type": "array", "items": {"type": "string", "x-mcp-header": "A"}}})",
        R"({"a": {"anyOf": [{"type": "string", "x-mcp-header": "A"}]}})",
        R"({"a": {"$defs": {"d": {"type": "string", "x-mcp-header": "A"}}}})"}) {
    CAPTURE(broken);
    CHECK(problem(broken) != "");
  }
  CHECK(problem(R"({"a": {"type": "string", "x-mcp-header": "A"}, "b": {"type": "string", "x-mcp-header": "a"}})") ==
        "x-mcp-header \"a\" of b is there twice");
}

TEST_CASE("discovery: what each answer says about the era") {
  struct Row {
    const char* name;
    json response;
    int status;
    Era era;
  };
  const std::vector<Row> rows = {
      {"the revision is listed", result_response({{"supportedVersions", {"2025-11-25", "2026-07-28"}}}), 200,
       Era::stateless},
      {"only older ones are listed", result_response({{"supportedVersions", {"2025-06-18"}}}), 200, Era::stateful},
      {"only unknown ones are listed", result_response({{"supportedVersions", {"2031-01-01"}}}), 200, Era::stateless},
      {"a result without a list", result_response(json::object()), 200, Era::unknown},
      {"the method is unknown, as the stateless era says it", error_response(-32601), 404, Era::unknown},
      {"the method is unknown", error_response(-32601), 200, Era::stateful},
      {"the method is unknown, over stdio", error_response(-32601), 0, Era::stateful},
      {"the params are not understood", error_response(-32602), 400, Era::stateful},
      {"there is no session", error_response(-32000), 400, Era::stateful},
      {"the headers are refused", error_response(-32020), 400, Era::stateless},
      {"a capability is missing", error_response(-32021), 400, Era::stateless},
      {"the version is refused for older ones", error_response(-32022, {{"supported", {"2025-11-25"}}}), 400,
       Era::stateful},
      {"the version is refused for unknown ones", error_response(-32022, {{"supported", {"2031-01-01"}}}), 400,
       Era::stateless},
      {"nothing came", nullptr, 500, Era::stateful}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(read_discovery(row.response, row.status).era == row.era);
  }
  CHECK(read_discovery(rows[1].response, 200).revision == "2025-06-18");
  CHECK(read_discovery(rows[2].response, 200).problem != "");
  CHECK(read_discovery(rows[9].response, 400).problem != "");
}

TEST_CASE("era: what a list request says about it") {
  CHECK(is_stateless_answer(result_response({{"resultType", "complete"}}), 200) == true);
  CHECK(is_stateless_answer(result_response({{"tools", json::array()}}), 200) == false);
  CHECK(is_stateless_answer(error_response(-32022), 400) == true);
  CHECK(is_stateless_answer(error_response(-32601), 404) == std::nullopt);
  CHECK(is_stateless_answer(error_response(-32601), 200) == false);
  CHECK(is_stateless_answer(nullptr, 500) == false);
}

TEST_CASE("headers: a name that a header would change is encoded") {
  CHECK(header_value("plain name") == "plain name");
  CHECK(header_value("x ") == "=?base64?eCA=?=");
  CHECK(header_value(" x") == "=?base64?IHg=?=");
  CHECK(header_value("=?base64?eA==?=") == "=?base64?PT9iYXNlNjQ/ZUE9PT89?=");
}

}  // namespace mcplumb::era_test

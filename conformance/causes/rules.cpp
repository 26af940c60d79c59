#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

#define PYTHON_SDK "https://github.com/modelcontextprotocol/python-sdk/issues/"
#define TYPESCRIPT_SDK "https://github.com/modelcontextprotocol/typescript-sdk/issues/"

const std::vector<RuleText>& rules() {
  static const std::vector<RuleText> kRules = {
      {"R-START",
       Weight::failure,
       "The server did not start, or does not listen where it was looked for",
       "Nothing answers at {place}: the server ended while it started, or listens somewhere else.",
       "Start the server and read its first lines. In a container it must listen on 0.0.0.0, not on 127.0.0.1.",
       "",
       {PYTHON_SDK "1467", "https://github.com/encode/starlette/pull/3117"},
       {}},
      {"R-LIFESPAN",
       Weight::failure,
       "The MCP session manager is not running",
       "The application that holds the session manager never received the ASGI lifespan start-up event, so nothing "
       "behind {path} can answer.",
       "Pass the lifespan of the MCP app to the outermost app: `lifespan=mcp_app.lifespan` (fastmcp), "
       "`lifespan=inner.router.lifespan_context` (mcp), or run `session_manager.run()` in the parent's own lifespan. "
       "If an ASGI wrapper is outside, let it forward scopes whose type is not \"http\". See that the server is not "
       "started with lifespan off.",
       "This does not depend on package versions: the same server fails, and the corrected one works, on every pair of "
       "starlette and anyio that was tried. Other versions, or a move to `sse_app()`, only hide it.",
       {PYTHON_SDK "1467", PYTHON_SDK "1484", PYTHON_SDK "1716",
        "https://github.com/modelcontextprotocol/python-sdk/pull/1669"},
       {"R-CUT", "R-SECOND"}},
      {"R-POISONED",
       Weight::failure,
       "One crashed session has stopped the session manager",
       "The server answered well at first; then one session failed, and with it the task group that all sessions "
       "share. Since then every request to {path} gets the same {status}.",
       "Upgrade the Python SDK to mcp 1.11.0 or newer, and look for what made the first session fail.",
       "",
       {"https://github.com/modelcontextprotocol/python-sdk/pull/841", PYTHON_SDK "838", PYTHON_SDK "1104"},
       {"R-CUT", "R-SECOND"}},
      {"R-STARVED",
       Weight::failure,
       "The server's event loop is blocked",
       "After one POST the server answers nothing any more, not even on other paths. A middleware that reads the body "
       "and then hands it out again for ever keeps the loop busy: its `receive()` never gives `http.disconnect`.",
       "Let the middleware give the body once and then pass on to the real `receive()`.",
       "",
       {PYTHON_SDK "3439"},
       {"R-CUT", "R-HEADERS-LATE", "R-SPIN"}},
      {"R-HOST",
       Weight::failure,
       "The server refuses the Host header",
       "Protection against DNS rebinding is on and knows only loopback names. The Python SDK switches it on by itself "
       "for servers built with the default host (mcp 1.23.0 and newer).",
       "Name the public host: `TransportSecuritySettings(allowed_hosts=[\"example.com:*\", \"example.com\"])`, or pass "
       "`host=` to the constructor. A name without a port has to be listed too: `127.0.0.1:*` does not match "
       "`127.0.0.1`.",
       "",
       {PYTHON_SDK "1798", PYTHON_SDK "2688"},
       {}},
      {"R-ENDPOINT",
       Weight::failure,
       "The URL in the endpoint event leads nowhere",
       "The stream of HTTP+SSE named {url} for messages, and that URL is answered 404.",
       "Leave `mount_path` out of `sse_app()`: mcp 1.9.0 and newer put the mount's prefix in front themselves.",
       "",
       {PYTHON_SDK "412", "https://github.com/modelcontextprotocol/python-sdk/pull/659"},
       {"R-TRANSPORT", "R-PATH"}},
      {"R-TRANSPORT",
       Weight::failure,
       "This is HTTP+SSE, not Streamable HTTP",
       "GET {url} opens a stream whose first event is `endpoint`: the server speaks the transport of 2024-11-05 here.",
       "Point clients of that transport here (`--transport http-sse`), or serve Streamable HTTP: `http_app()` or "
       "`streamable_http_app()` in the place of `sse_app()`.",
       "",
       {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#backwards-compatibility"},
       {"R-PATH"}},
      {"R-PATH",
       Weight::failure,
       "The endpoint is at another path",
       "{asked} is not where MCP is served; {found} is.",
       "Use {found}, or mount the app at \"/\": the app of the Python SDK brings the path /mcp with it.",
       "",
       {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http"},
       {"R-REDIRECT"}},
      {"R-REDIRECT",
       Weight::failure,
       "The endpoint redirects",
       "{asked} is answered with a redirect to {location}. Many clients do not repeat a POST there.",
       "Use the exact URL, {location}.",
       "",
       {PYTHON_SDK "732", "https://github.com/modelcontextprotocol/python-sdk/pull/1115"},
       {}},
      {"R-GATEWAY",
       Weight::failure,
       "A proxy answered in the place of the server",
       "The reply is a gateway's own error page: it could not reach the server behind it, or did not wait for it.",
       "Look at the proxy's log and at whether the server behind it runs; give calls that take long a stream whose "
       "headers come at once, and raise the proxy's read timeout (`proxy_read_timeout` in nginx).",
       "",
       {"https://github.com/mark3labs/mcp-go/issues/162"},
       {}},
      {"R-SESSION",
       Weight::failure,
       "Only some connections know the session",
       "Several workers or replicas share the address, and each keeps its sessions to itself.",
       "Run one worker, route by the MCP-Session-Id header (sticky sessions), or serve without sessions "
       "(`stateless_http=True`, `sessionIdGenerator: undefined`).",
       "",
       {"https://github.com/modelcontextprotocol/python-sdk/pull/1945",
        "https://github.com/BerriAI/litellm/issues/21417"},
       {}},
      {"R-SECOND",
       Weight::failure,
       "Only the first request is answered",
       "One transport, or one server object, is used for all requests. The TypeScript SDK 1.26.0 and newer refuses to "
       "use it a second time.",
       "Make a new `McpServer` and a new `StreamableHTTPServerTransport` for each request in stateless mode, or for "
       "each "
       "session.",
       "",
       {TYPESCRIPT_SDK "1994", TYPESCRIPT_SDK "2704"},
       {}},
      {"R-BODY",
       Weight::failure,
       "Something reads the body before the MCP handler does",
       "A well-formed request is answered as if it were not JSON: a body parser has consumed it.",
       "Hand the parsed body on: `transport.handleRequest(req, res, req.body)`, or leave the parser out for this path.",
       "",
       {TYPESCRIPT_SDK "223", "https://github.com/vercel/mcp-handler/issues/106"},
       {}},
      {"R-SCHEMA",
       Weight::failure,
       "The tools' schemas are lost or cannot be made",
       "The schema library is not the one that the SDK was built for: zod 4 schemas in an SDK that knows zod 3, or zod "
       "3 "
       "spellings on zod 4.",
       "Install one version of zod that the SDK names as its peer, and write schemas for it; "
       "`z.record(z.string(), value)` in the place of `z.record(value)`.",
       "",
       {TYPESCRIPT_SDK "1251"},
       {}},
      {"R-CUT",
       Weight::failure,
       "Streams end before they are finished",
       "The reply headers came, and then the connection was closed without the last chunk: whatever wrote the stream "
       "crashed or was stopped.",
       "Look into the server's log for the moment of the cut.",
       "",
       {"https://github.com/sysid/sse-starlette/issues/59", "https://github.com/sysid/sse-starlette/pull/141",
        PYTHON_SDK "2150"},
       {}},
      {"R-HANG",
       Weight::failure,
       "The server does not stop while a stream is open",
       "TERM is waited out for ever: open event streams are not told that the server shuts down. sse-starlette 3.0.0 "
       "to "
       "3.0.4 cannot signal them.",
       "Upgrade sse-starlette to 3.1.0 or newer, and give uvicorn a bound: `timeout_graceful_shutdown=3`.",
       "",
       {"https://github.com/sysid/sse-starlette/issues/149", "https://github.com/sysid/sse-starlette/pull/141"},
       {}},
      {"R-SPIN",
       Weight::failure,
       "The idle server keeps a core busy",
       "A cancel scope was left in another task than it was entered in; anyio before 4.14.2 then spins for ever. It "
       "happens to gateways that close an MCP client from a second task.",
       "Upgrade anyio to 4.14.2 or newer, and close a client in the task that opened it.",
       "",
       {"https://github.com/agronholm/anyio/issues/1111"},
       {}},
      {"R-VOID",
       Weight::failure,
       "Messages for a closed stream are accepted and lost",
       "The stream of HTTP+SSE was closed, and a message to its URL is still answered 202: it goes nowhere, and a "
       "client "
       "waits for ever.",
       "Upgrade the Python SDK to mcp 1.27.2 or newer.",
       "",
       {PYTHON_SDK "1227", "https://github.com/modelcontextprotocol/python-sdk/pull/2200"},
       {}},
      {"R-BUFFERED",
       Weight::failure,
       "Something on the way holds the events back",
       "Events that were written one by one arrived all at once, with the end of the stream.",
       "Keep proxies from buffering: `proxy_buffering off` in nginx, and the reply header `X-Accel-Buffering: no` from "
       "the server.",
       "`proxy_set_header X-Accel-Buffering no` in nginx sets a header of the request; it does not stop buffering.",
       {"https://github.com/encode/starlette/issues/2871",
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering"},
       {"R-HEADERS-LATE"}},
      {"R-NO-PROGRESS",
       Weight::failure,
       "Progress goes to the GET stream only",
       "A call that asked for progress got none on its own stream; with a GET stream open it comes there. Clients that "
       "open none never see it.",
       "Upgrade the Python SDK to mcp 1.29.0 or newer.",
       "",
       {PYTHON_SDK "2994"},
       {}},
      {"R-PRIMING",
       Weight::failure,
       "Old clients get an event with empty data",
       "A stream of a session before 2025-11-25 starts with an event that has an id and empty data. Clients of those "
       "revisions parse every event's data as JSON and fail.",
       "Upgrade the server: Python SDK 1.23.2, TypeScript SDK 1.24.3, or newer.",
       "",
       {PYTHON_SDK "1719", TYPESCRIPT_SDK "1233"},
       {}},
      {"R-HEADERS-LATE",
       Weight::warning,
       "The headers of a GET stream come late",
       "The connection was accepted, but the status line came only with the first byte of the body, or not at all. "
       "Clients give up before that.",
       "Leave the endpoint out of compressing middleware (`GZipMiddleware`), flush the headers, or send a comment line "
       "at "
       "once; some content networks hold headers back, too.",
       "",
       {"https://github.com/encode/starlette/issues/2871"},
       {}},
      {"R-IDLE-CUT",
       Weight::warning,
       "Idle streams are cut",
       "A stream that was silent for {span} was closed by the other side, without its end. That is a proxy's read "
       "timeout, or a server that gives up.",
       "Let the server send a comment line every 15 seconds (TypeScript SDK 1.30.0 and newer do), or raise the proxy's "
       "timeout (`proxy_read_timeout` in nginx).",
       "",
       {TYPESCRIPT_SDK "270", "https://github.com/mark3labs/mcp-go/issues/162"},
       {"R-SILENT"}},
      {"R-SILENT",
       Weight::warning,
       "Idle streams are silent",
       "Nothing at all came on an idle GET stream for {span}. nginx and many load balancers cut such a stream after 60 "
       "seconds, Cloudflare after about 125, and clients built on undici give up after 300.",
       "Send a comment line every 15 seconds. The TypeScript SDK does so from 1.30.0 on.",
       "",
       {TYPESCRIPT_SDK "270", TYPESCRIPT_SDK "1211",
        "https://github.com/modelcontextprotocol/typescript-sdk/pull/2538"},
       {}},
      {"R-LIMIT",
       Weight::info,
       "The server has a limit that clients can meet",
       "{limit}",
       "Keep requests below it, or raise it. For bodies: the Python SDK takes 4 MiB from 1.29.0 on, nginx 1 MiB by "
       "default (`client_max_body_size`), Express 100 kB. For connections: an open event stream counts as one "
       "(`limit_concurrency` of uvicorn).",
       "",
       {PYTHON_SDK "3101", PYTHON_SDK "3336"},
       {}},
      {"R-NOISE",
       Weight::info,
       "The server's log shows an error for each refused request",
       "In stateless mode a request that is refused early leaves a closed stream behind, and the log a traceback. The "
       "replies are right.",
       "Upgrade the Python SDK: mcp 1.12.0 to 1.23.1 have it, 1.23.2 does not.",
       "",
       {PYTHON_SDK "1190", PYTHON_SDK "1219", "https://github.com/modelcontextprotocol/python-sdk/pull/1384"},
       {}},
  };
  return kRules;
}

constexpr LogSign kSigns[] = {
    {"R-LIFESPAN", "ASGI 'lifespan' protocol appears unsupported",
     "An ASGI wrapper outside the app fails on the lifespan scope; the server carries on without it.", ""},
    {"R-START", "can only be called once per instance",
     "The session manager is run twice: the lifespan is passed at two places.",
     "Pass the lifespan once, to the outermost app."},
    {"R-START", "unexpected keyword argument 'on_startup'",
     "starlette 1.0.0 removed `on_startup`; the server still uses it.",
     "Move what it starts into a `lifespan` function, which every starlette has."},
    {"R-START", "No module named 'mcp.server.fastmcp'", "The Python SDK 2.x has no `mcp.server.fastmcp`.",
     "Pin `mcp<2`, or follow the migration guide of 2.0."},
    {"R-START", "no longer accepts", "fastmcp 3 has taken arguments away that the server uses.",
     "Pin `fastmcp<3`, or follow its upgrade guide."},
    {"R-START", "KeyError: 'ctx'", "fastmcp and pydantic do not fit each other.",
     "Upgrade fastmcp to 2.13.4 or newer, or keep pydantic below 2.12."},
    {"R-START", "PydanticUserError", "The SDK and pydantic do not fit each other.",
     "Upgrade mcp to 1.27.1 or newer, or keep pydantic below 2.13."},
    {"R-START", "address already in use", "Another program has the port.",
     "Stop that program, or choose another port."},
    {"R-START", "EADDRINUSE", "Another program has the port.", "Stop that program, or choose another port."},
    {"R-CUT", "is bound to a different event loop",
     "Two event loops run in one process, and sse-starlette before 3.0.0 binds its exit event to the first one.",
     "Upgrade sse-starlette to 3.1.0 or newer, or serve from one event loop."},
    {"R-CUT", "ASGI callable returned without completing response", "The handler ended without finishing its reply.",
     ""},
    {"R-SPIN", "exit cancel scope in a different task", "A cancel scope was left in another task.", ""},
    {"R-NOISE", "Error in message router", "", ""},
};

}  // namespace

std::span<const RuleText> all_rules() { return rules(); }

const RuleText* find_rule(std::string_view id) {
  for (const RuleText& rule : rules())
    if (rule.id == id) return &rule;
  return nullptr;
}

std::string explain(const RuleText& rule) {
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
  for (const LogSign& sign : kSigns)
    if (sign.rule == rule.id)
      add("log", std::string(sign.text) + (sign.sub_cause.empty() ? "" : ": ") + std::string(sign.sub_cause));
  for (const std::string_view link : rule.links) add("see", link);
  return text + "\n";
}

std::span<const LogSign> all_log_signs() { return kSigns; }

}  // namespace mcplumb

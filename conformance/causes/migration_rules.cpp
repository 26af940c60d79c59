#include "conformance/causes/migration_rules.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kPages = "https://modelcontextprotocol.io/specification/2026-07-28/";
constexpr std::size_t kEvidence = 4;

const std::vector<MigrationRule>& migration_rows() {
  static const std::vector<MigrationRule> kRules = {
      {"M-SSE",
       true,
       "The transport HTTP+SSE is older than all that follows",
       "Serve Streamable HTTP: one URL, each message a POST of its own, each reply JSON or a stream that ends with it.",
       "basic/transports/streamable-http",
       sign::transport,
       {"http-sse"}},
      {"M-DISCOVER",
       true,
       "server/discover is not answered",
       "Answer it without anything before it: supportedVersions with 2026-07-28, capabilities, ttlMs and cacheScope; "
       "serverInfo goes into _meta of the result. initialize may stay, for older clients.",
       "server/discover",
       sign::undiscovered,
       {}},
      {"M-ALONE",
       true,
       "A request is served only after a handshake",
       "Take version, capabilities and log level from params._meta of each request, and serve each on any connection "
       "and in any process.",
       "basic#statelessness",
       sign::refused_alone,
       {}},
      {"M-SESSION",
       true,
       "State hangs on a session id",
       "Issue none, and ignore one that comes. What must outlive a request gets a handle that a tool returns and takes "
       "as an argument. DELETE is answered 405 once no older client is served.",
       "basic#statelessness",
       sign::sessions,
       {}},
      {"M-LISTEN",
       true,
       "Notifications go to a stream that is opened by GET, or to whoever subscribed",
       "Answer subscriptions/listen with a stream: first the acknowledgement of what will come, then only "
       "that. resources/subscribe and unsubscribe are gone; GET is answered 405 once no older client is served.",
       "basic/patterns/subscriptions",
       sign::notifications_elsewhere,
       {"tools.listChanged", "prompts.listChanged", "resources.listChanged", "resources.subscribe"}},
      {"M-ASKS",
       true,
       "The server sends requests to the client",
       "Answer the client's request with resultType input_required and what is wanted in inputRequests; it comes again "
       "with inputResponses and your requestState. sampling and roots are deprecated.",
       "basic/patterns/mrtr",
       sign::asked_back,
       {"sampling/createMessage", "elicitation/create", "roots/list"}},
      {"M-PINGS",
       true,
       "The server pings the client",
       "Send none: there are no requests of a server any more. Comments keep a stream alive.",
       "basic/transports/streamable-http#receiving-messages",
       sign::asked_back,
       {"ping"}},
      {"M-RESULT-TYPE",
       true,
       "Results do not say what they are",
       "Put \"resultType\": \"complete\" into every result.",
       "basic#resulttype",
       sign::without_result_type,
       {}},
      {"M-CACHE",
       true,
       "Lists and contents do not say how long they hold",
       "Put ttlMs (0 is allowed) and cacheScope (private or public) into these results.",
       "server/utilities/caching#cacheable-results",
       sign::without_cache_hints,
       {"tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read"}},
      {"M-HEADERS",
       true,
       "Headers that contradict the body are not noticed",
       "Refuse with 400 and -32020 a POST whose MCP-Protocol-Version, Mcp-Method, Mcp-Name or Mcp-Param-* is missing "
       "or "
       "differs from the body; decode =?base64?…?= before you compare.",
       "basic/transports/streamable-http#server-validation",
       sign::headers_ignored,
       {}},
      {"M-VERSION",
       true,
       "An unknown revision is not refused as it must be",
       "Answer 400 and -32022, with the revisions you speak in data.supported and the asked one in data.requested.",
       "basic/versioning#protocol-version-negotiation",
       sign::unknown_revision,
       {"-32022"}},
      {"M-METHOD-STATUS",
       true,
       "An unknown method is not answered 404",
       "Answer 404 with the error -32601 in the body.",
       "basic/transports/streamable-http#sending-messages",
       sign::other_status,
       {"-32601", "404"}},
      {"M-NOT-FOUND",
       true,
       "A resource that does not exist is reported with -32002",
       "Report it with -32602; -32002 must not be sent any more.",
       "server/resources#error-handling",
       sign::errors,
       {"-32002"}},
      {"M-URL",
       true,
       "A URL to visit is asked for by the error -32042",
       "Answer with resultType input_required and an elicitation/create of mode url in inputRequests.",
       "basic/patterns/mrtr",
       sign::errors,
       {"-32042"}},
      {"M-LOGGING",
       true,
       "Log messages are asked for by logging/setLevel",
       "Log on the stream of a request, and only if its _meta names a logLevel. Logging is deprecated as a whole.",
       "server/utilities/logging#per-request-log-level",
       sign::answered,
       {"logging/setLevel"}},
      {"M-PING",
       true,
       "ping is gone",
       "Answer it under 2026-07-28 like any unknown method. Who asks whether a server lives sends server/discover.",
       "changelog",
       sign::answered,
       {"ping"}},
      {"M-TASKS",
       true,
       "Tasks are not part of the core",
       "Offer them as the extension io.modelcontextprotocol/tasks, in capabilities.extensions.",
       "changelog",
       sign::declared,
       {"tasks"}},
      {"M-RESUME",
       false,
       "Streams can be resumed",
       "Nobody sends Last-Event-ID any more: event ids and the memory behind them can go. A client that lost its "
       "stream "
       "asks again, so let calls bear repetition.",
       "basic/transports/streamable-http#receiving-messages",
       sign::event_ids,
       {}},
      {"M-REFERENCES",
       false,
       "Schemas refer to other places of the network",
       "Put what they refer to into $defs: clients do not fetch it.",
       "basic#ref-resolution",
       sign::remote_references,
       {}},
      {"M-BUFFERING",
       false,
       "Streams do not forbid proxies to buffer them",
       "Send X-Accel-Buffering: no with every stream.",
       "basic/transports/streamable-http#receiving-messages",
       sign::buffered,
       {}},
  };
  return kRules;
}

void add_sight(MigrationItem& item, std::string line, const Exchange* exchange) {
  if (exchange != nullptr) {
    line += " (#" + std::to_string(exchange->number) + ")";
    item.exchanges.push_back(exchange->number);
  }
  item.evidence.push_back(std::move(line));
}

MigrationItem item_of(const MigrationRule& rule, const Sights& sights) {
  MigrationItem item{std::string(rule.id), rule.must, std::string(rule.title), std::string(rule.todo), "", {}, {}};
  item.spec = std::string(kPages) + std::string(rule.page);
  for (const Sight& sight : sights)
    if (item.evidence.size() < kEvidence) add_sight(item, sight.line, sight.exchange);
  return item;
}

MigrationItem item_of(const Outcome& outcome, const Trace& trace) {
  MigrationItem item{outcome.id, outcome.verdict == Verdict::fail, outcome.title, outcome.cure, outcome.spec, {}, {}};
  for (const Finding& finding : outcome.findings)
    if (item.evidence.empty())
      add_sight(
          item,
          finding.path + ": expected " + shortened(finding.expected, 200) + ", got " + shortened(finding.actual, 200),
          finding.exchange ? &trace.exchanges[*finding.exchange] : nullptr);
  return item;
}

}  // namespace

std::span<const MigrationRule> migration_rules() { return migration_rows(); }

Migration plan_migration(const Run& run) {
  Migration migration;
  if (!run.server || !run.handshake_problem.empty()) {
    migration.problem = "no session could be opened, so nothing was measured";
    return migration;
  }
  migration.arrived = era_of(run.server->revision) == Era::stateless;
  if (migration.arrived) {
    for (const Outcome& outcome : run.outcomes)
      if (outcome.verdict == Verdict::fail || outcome.verdict == Verdict::warn)
        migration.items.push_back(item_of(outcome, run.trace));
    return migration;
  }
  const Measured measured(run);
  for (const MigrationRule& rule : migration_rows())
    if (const Sights sights = rule.sign(measured, rule.words); !sights.empty())
      migration.items.push_back(item_of(rule, sights));
  return migration;
}

}  // namespace mcplumb

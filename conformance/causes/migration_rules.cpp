#include "conformance/causes/migration_rules.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kPages = "https://modelcontextprotocol.io/specification/2026-07-28/";
constexpr std::size_t kEvidence = 4;

constexpr MigrationRule kMigrationRules[] = {
    {
        .id = "M-SSE",
        .must = true,
        .title = "The transport HTTP+SSE is older than all that follows",
        .todo = "Serve Streamable HTTP: one URL, each message a POST of its own, each reply JSON or a stream that ends "
                "with it.",
        .page = "basic/transports/streamable-http",
        .evidence = migration_evidence::transport_spoken,
        .words = {"http-sse"},
    },
    {
        .id = "M-DISCOVER",
        .must = true,
        .title = "server/discover is not answered",
        .todo = "Answer it without anything before it: supportedVersions with 2026-07-28, capabilities, ttlMs and "
                "cacheScope; serverInfo goes into _meta of the result. initialize may stay, for older clients.",
        .page = "server/discover",
        .evidence = migration_evidence::discovery_not_answered,
    },
    {
        .id = "M-ALONE",
        .must = true,
        .title = "A request is served only after a handshake",
        .todo = "Take version, capabilities and log level from params._meta of each request, and serve each on any "
                "connection and in any process.",
        .page = "basic#statelessness",
        .evidence = migration_evidence::refused_without_session,
    },
    {
        .id = "M-SESSION",
        .must = true,
        .title = "State hangs on a session id",
        .todo = "Issue none, and ignore one that comes. What must outlive a request gets a handle that a tool returns "
                "and takes as an argument. DELETE is answered 405 once no older client is served.",
        .page = "basic#statelessness",
        .evidence = migration_evidence::session_ids,
    },
    {
        .id = "M-LISTEN",
        .must = true,
        .title = "Notifications go to a stream that is opened by GET, or to whoever subscribed",
        .todo =
            "Answer subscriptions/listen with a stream: first the acknowledgement of what will come, then only that. "
            "resources/subscribe and unsubscribe are gone; GET is answered 405 once no older client is served.",
        .page = "basic/patterns/subscriptions",
        .evidence = migration_evidence::notifications_elsewhere,
        .words = {"tools.listChanged", "prompts.listChanged", "resources.listChanged", "resources.subscribe"},
    },
    {
        .id = "M-ASKS",
        .must = true,
        .title = "The server sends requests to the client",
        .todo = "Answer the client's request with resultType input_required and what is wanted in inputRequests; it "
                "comes again with inputResponses and your requestState. sampling and roots are deprecated.",
        .page = "basic/patterns/mrtr",
        .evidence = migration_evidence::requests_of_server,
        .words = {"sampling/createMessage", "elicitation/create", "roots/list"},
    },
    {
        .id = "M-PINGS",
        .must = true,
        .title = "The server pings the client",
        .todo = "Send none: there are no requests of a server any more. Comments keep a stream alive.",
        .page = "basic/transports/streamable-http#receiving-messages",
        .evidence = migration_evidence::requests_of_server,
        .words = {"ping"},
    },
    {
        .id = "M-RESULT-TYPE",
        .must = true,
        .title = "Results do not say what they are",
        .todo = "Put \"resultType\": \"complete\" into every result.",
        .page = "basic#resulttype",
        .evidence = migration_evidence::results_without_type,
    },
    {
        .id = "M-CACHE",
        .must = true,
        .title = "Lists and contents do not say how long they hold",
        .todo = "Put ttlMs (0 is allowed) and cacheScope (private or public) into these results.",
        .page = "server/utilities/caching#cacheable-results",
        .evidence = migration_evidence::results_without_cache_hints,
        .words = {"tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read"},
    },
    {
        .id = "M-HEADERS",
        .must = true,
        .title = "Headers that contradict the body are not noticed",
        .todo = "Refuse with 400 and -32020 a POST whose MCP-Protocol-Version, Mcp-Method, Mcp-Name or Mcp-Param-* is "
                "missing or differs from the body; decode =?base64?…?= before you compare.",
        .page = "basic/transports/streamable-http#server-validation",
        .evidence = migration_evidence::contradicting_headers_served,
    },
    {
        .id = "M-VERSION",
        .must = true,
        .title = "An unknown revision is not refused as it must be",
        .todo = "Answer 400 and -32022, with the revisions you speak in data.supported and the asked one in "
                "data.requested.",
        .page = "basic/versioning#protocol-version-negotiation",
        .evidence = migration_evidence::unknown_revision_accepted,
        .words = {"-32022"},
    },
    {
        .id = "M-METHOD-STATUS",
        .must = true,
        .title = "An unknown method is not answered 404",
        .todo = "Answer 404 with the error -32601 in the body.",
        .page = "basic/transports/streamable-http#sending-messages",
        .evidence = migration_evidence::errors_with_other_status,
        .words = {"-32601", "404"},
    },
    {
        .id = "M-NOT-FOUND",
        .must = true,
        .title = "A resource that does not exist is reported with -32002",
        .todo = "Report it with -32602; -32002 must not be sent any more.",
        .page = "server/resources#error-handling",
        .evidence = migration_evidence::errors_with_code,
        .words = {"-32002"},
    },
    {
        .id = "M-URL",
        .must = true,
        .title = "A URL to visit is asked for by the error -32042",
        .todo = "Answer with resultType input_required and an elicitation/create of mode url in inputRequests.",
        .page = "basic/patterns/mrtr",
        .evidence = migration_evidence::errors_with_code,
        .words = {"-32042"},
    },
    {
        .id = "M-LOGGING",
        .must = true,
        .title = "Log messages are asked for by logging/setLevel",
        .todo =
            "Log on the stream of a request, and only if its _meta names a logLevel. Logging is deprecated as a whole.",
        .page = "server/utilities/logging#per-request-log-level",
        .evidence = migration_evidence::methods_answered,
        .words = {"logging/setLevel"},
    },
    {
        .id = "M-PING",
        .must = true,
        .title = "ping is gone",
        .todo = "Answer it under 2026-07-28 like any unknown method. Who asks whether a server lives sends "
                "server/discover.",
        .page = "changelog",
        .evidence = migration_evidence::methods_answered,
        .words = {"ping"},
    },
    {
        .id = "M-TASKS",
        .must = true,
        .title = "Tasks are not part of the core",
        .todo = "Offer them as the extension io.modelcontextprotocol/tasks, in capabilities.extensions.",
        .page = "changelog",
        .evidence = migration_evidence::capabilities_declared,
        .words = {"tasks"},
    },
    {
        .id = "M-RESUME",
        .must = false,
        .title = "Streams can be resumed",
        .todo = "Nobody sends Last-Event-ID any more: event ids and the memory behind them can go. A client that lost "
                "its stream asks again, so let calls bear repetition.",
        .page = "basic/transports/streamable-http#receiving-messages",
        .evidence = migration_evidence::event_ids,
    },
    {
        .id = "M-REFERENCES",
        .must = false,
        .title = "Schemas refer to other places of the network",
        .todo = "Put what they refer to into $defs: clients do not fetch it.",
        .page = "basic#ref-resolution",
        .evidence = migration_evidence::remote_references,
    },
    {
        .id = "M-BUFFERING",
        .must = false,
        .title = "Streams do not forbid proxies to buffer them",
        .todo = "Send X-Accel-Buffering: no with every stream.",
        .page = "basic/transports/streamable-http#receiving-messages",
        .evidence = migration_evidence::streams_without_buffering_header,
    },
};

void add_evidence_line(MigrationItem& item, std::string line, const Exchange* exchange) {
  if (exchange != nullptr) {
    line += " (#" + std::to_string(exchange->number) + ")";
    item.exchanges.push_back(exchange->number);
  }
  item.evidence.push_back(std::move(line));
}

MigrationItem item_of(const MigrationRule& rule, const Evidence& evidence) {
  MigrationItem item{std::string(rule.id), rule.must, std::string(rule.title), std::string(rule.todo), "", {}, {}};
  item.spec = std::string(kPages) + std::string(rule.page);
  for (const EvidenceLine& each : evidence)
    if (item.evidence.size() < kEvidence) add_evidence_line(item, each.text, each.exchange);
  return item;
}

MigrationItem item_of(const Outcome& outcome, const Trace& trace) {
  MigrationItem item{outcome.id, outcome.verdict == Verdict::fail, outcome.title, outcome.cure, outcome.spec, {}, {}};
  for (const Finding& finding : outcome.findings)
    if (item.evidence.empty())
      add_evidence_line(
          item,
          finding.path + ": expected " + shortened(finding.expected, 200) + ", got " + shortened(finding.actual, 200),
          finding.exchange ? &trace.exchanges[*finding.exchange] : nullptr);
  return item;
}

}  // namespace

std::span<const MigrationRule> migration_rules() { return kMigrationRules; }

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
  const RunIndex index(run);
  for (const MigrationRule& rule : kMigrationRules)
    if (const Evidence evidence = rule.evidence(index, rule.words); !evidence.empty())
      migration.items.push_back(item_of(rule, evidence));
  return migration;
}

}  // namespace mcplumb

// Sessions over stdio, with small shell scripts for servers.
#include "client/transport/stdio.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include "client/session/session.hpp"
#include "client/test_clock.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

// $line holds what was read last, $id its id.
constexpr const char* kWords =
    R"(ask() { read -r line || exit 0; id=$(printf '%s' "$line" | sed -E 's/.*"id":("[^"]*"|[0-9]+).*/\1/'); }
result() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
)";

// Answers initialize, reads over initialized, and goes on with `rest`.
std::string server(const std::string& rest) {
  return std::string(kWords) +
         R"(ask; result '{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"t","version":"1"}}'
ask
)" + rest;
}

struct StdioBench {
  explicit StdioBench(const std::string& script, TestClock::Kind kind = TestClock::Kind::runs)
      : StdioBench(std::vector<std::string>{"sh", "-c", script}, kind) {}
  explicit StdioBench(std::vector<std::string> command, TestClock::Kind kind = TestClock::Kind::runs)
      : clock(kind), transport(loop, trace, with(std::move(command))) {}

  static StdioOptions with(std::vector<std::string> command) {
    StdioOptions options;
    options.label = "s1";
    options.command = std::move(command);
    options.grace = options.term_grace = 100 * kMillisecond;
    options.line_max = 1024 * 1024;
    return options;
  }
  RequestOptions within(Micros span) {
    RequestOptions options;
    options.deadline = loop.now() + span;
    return options;
  }
  const Opening& open(Micros span = 30 * kSecond) { return session.open(within(span)); }
  Answer ask(Micros span = 30 * kSecond) { return session.request("ping", nullptr, within(span)); }

  TestClock clock;
  EventLoop loop{clock};
  Trace trace;
  Stdio transport;
  Session session{loop, trace, transport, {}};
};

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("stdio: a handshake and a request, each an exchange with its answer from the channel") {
  StdioBench bench(server("ask; result '{}'; cat >/dev/null"));
  const Opening& opening = bench.open();
  REQUIRE(opening.problem == "");
  CHECK(opening.revision == "2025-11-25");
  const Answer answer = bench.ask();
  REQUIRE(answer.received);
  CHECK(bench.session.response(answer)["result"] == json::object());

  REQUIRE(bench.trace.exchanges.size() == 4);  // channel, initialize, initialized, ping
  const Exchange& channel = bench.trace.exchanges[0];
  CHECK(channel.is_channel());
  CHECK(channel.events_seen == 2);
  const Exchange& ping = bench.trace.exchanges[3];
  CHECK(ping.transport == TransportKind::stdio);
  CHECK(ping.channel == 0);
  CHECK(ping.process == 0);
  CHECK(ping.revision == "2025-11-25");
  CHECK(ping.request.body == R"({"id":2,"jsonrpc":"2.0","method":"ping"})");
  REQUIRE(ping.answer);
  CHECK(ping.answer->data == R"({"jsonrpc":"2.0","id":2,"result":{}})");
  CHECK(bench.trace.received[*answer.received].answers == 3);

  const auto end = bench.transport.end_session({});
  REQUIRE(end == 0);
  CHECK(bench.loop.run_until([&] { return !bench.transport.running(*end); }, bench.loop.now() + 30 * kSecond));
  CHECK(bench.trace.processes[0].exit_status == 0);
  CHECK_FALSE(bench.transport.end_session({}));
}

TEST_CASE("stdio: what can never become an answer is named at once, with what the program said") {
  struct Row {
    const char* name;
    std::string script;
    const char* says;
  };
  const Row rows[] = {
      {"dies at once", "echo 'no module named mcp' >&2; exit 3",
       "the program exited with status 3 without answering; last on its stderr: no module named mcp"},
      {"killed", "kill -9 $$", "the program was ended by signal 9 (SIGKILL) without answering"},
      {"prints and ends", "echo 'usage: server [-h]'; exit 0", "its stdout is not JSON-RPC: usage: server [-h]"},
      {"closes stdout", "exec >&-; exec sleep 1000", "the program closed its stdout without answering"},
      {"closes stdin and stdout", "exec <&- >&-; exec sleep 1000", "closed its std"},
      {"writes no JSON for ever", "yes hello", "lines on stdout are not JSON-RPC messages, the first is: hello"},
      {"one endless line", "cat /dev/zero | tr '\\0' x", "a line on stdout is larger than 1 MiB, mcplumb's own limit"},
      {"another id", "read line; echo '{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}'; cat >/dev/null",
       "the reply carries id 4711 where id 1 was asked for"},
      {"frames of language servers",
       "read line; printf 'Content-Length: 36\\r\\n\\r\\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}'; cat >/dev/null",
       "that is the framing of language servers (LSP)"},
      {"pretty-printed",
       "read line; printf '{\\n \"jsonrpc\": \"2.0\",\\n \"id\": 1,\\n \"result\": {}\\n}\\n'; cat >/dev/null",
       "spread over 5 lines (pretty-printed)"},
      {"no line feed", "read line; printf '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}'; cat >/dev/null",
       "a message came without a line feed"},
      {"Latin-1", "read line; printf '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":\"\\351\"}}\\n'; cat >/dev/null",
       "a message is not UTF-8: byte 0xE9 at position 40"},
      {"no JSON", "read line; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":NaN}'; cat >/dev/null",
       "a message is no JSON: syntax error"},
      {"no JSON, and never closed", "read line; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{'; cat >/dev/null",
       "a message is no JSON: syntax error"},
      {"Latin-1 in what is no JSON-RPC", "read line; printf '{\"id\":1,\"result\":\"\351\"}\n'; cat >/dev/null",
       "a message is not UTF-8: byte 0xE9 at position 19"},
      {"too deep",
       "read line; d=$(printf '%300s'); printf '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":%s%s}\n' "
       "\"$(echo \"$d\" | tr ' ' '[')\" \"$(echo \"$d\" | tr ' ' ']')\"; cat >/dev/null",
       "one message is nested deeper than 256 levels, mcplumb's own limit"},
      {"no id", "read line; printf '{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}\\n'; cat >/dev/null",
       "the reply carries id null where id 1 was asked for"},
      {"leaves without reading", "exec sleep 0.3", "it never read its stdin"},
      {"half a message", "read line; printf '{\"jsonrpc\":\"2.0\",'; exit 0", "exited with status 0 without answering"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    StdioBench bench(row.script);
    const std::string problem = bench.open().problem;
    CHECK_MESSAGE(says(problem, row.says), std::string(row.name), ": ", problem);
    CHECK_FALSE(says(problem, "deadline"));
  }
  StdioBench bench(std::vector<std::string>{"mcplumb-no-such-command"});
  CHECK(says(bench.open().problem, "the command mcplumb-no-such-command was not found"));
}

TEST_CASE("stdio: a banner on stdout is recorded with its line, and read over") {
  StdioBench bench("echo '** Welcome **'; " + server("cat >/dev/null"));
  CHECK(bench.open().problem == "");
  CHECK(bench.trace.exchanges[0].events[0].data == "** Welcome **");
  CHECK(bench.trace.received[0].value.is_null());
  CHECK(bench.trace.received[0].problem != "");
}

TEST_CASE("stdio: a log line that quotes a message before it is sent spoils nothing") {
  StdioBench bench(
      server(R"(ask; echo "[DEBUG] sending {\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{}}"; result '{}'; cat)"));
  bench.open();
  REQUIRE(bench.ask().received);
  CHECK(bench.trace.received[1].value.is_null());
  CHECK(bench.trace.received[1].misframing.empty());
}

TEST_CASE("stdio: a response to nobody leaves two requests their answers, and a second one takes them") {
  const auto answered = [](const std::string& strays) {
    StdioBench bench(server("ask; first=$id; ask; " + strays + " result '{}'; id=$first; result '{}'; cat >/dev/null"));
    bench.open();
    const auto first = bench.session.start("ping", nullptr, bench.within(30 * kSecond));
    const auto second = bench.session.start("ping", nullptr, bench.within(30 * kSecond));
    const auto both_done = [&] { return bench.session.answer(first).done() && bench.session.answer(second).done(); };
    CHECK(bench.loop.run_until(both_done, bench.loop.now() + 30 * kSecond));
    return bench.session.answer(first).received.has_value() + bench.session.answer(second).received.has_value();
  };
  constexpr const char* kStray = R"(echo '{"jsonrpc":"2.0","id":4711,"result":{}}';)";
  CHECK(answered(kStray) == 2);
  CHECK(answered(kStray + std::string(kStray)) == 0);
}

TEST_CASE("stdio: a byte order mark is read over, and said") {
  StdioBench bench("printf '\\357\\273\\277'; " + server("ask; result '{}'; cat >/dev/null"));
  CHECK(bench.open().problem == "");
  CHECK(bench.trace.received[0].misframing == "byte-order-mark");
  CHECK(bench.ask().received);
}

TEST_CASE("stdio: an answer that comes only at the end of the input is named") {
  // Standing, as it has to come before the program is sent TERM.
  StdioBench bench(R"(read line; echo up >&2; cat >/dev/null; echo '{"jsonrpc":"2.0","id":1,"result":{}}')",
                   TestClock::Kind::stands);
  bench.clock.leap_when([&] { return !bench.trace.processes.empty() && bench.trace.processes[0].log.size > 0; },
                        31 * kSecond);
  CHECK(says(bench.open().problem, "no response within the deadline"));
  bench.transport.end_session({});
  bench.session.hear_out(bench.loop.now() + 30 * kSecond);
  CHECK(says(bench.session.opening().problem, "came only when the program's stdin was closed"));
}

TEST_CASE("stdio: of a session that wrote more than is kept, each line keeps its first bytes") {
  StdioBench bench(
      server("head -c 3000000 /dev/zero | tr '\\0' x | fold -w 70000; echo; ask; result '{}'; cat >/dev/null"));
  bench.open();
  REQUIRE(bench.ask().received);
  for (const StreamEvent& event : bench.trace.exchanges[0].events) CHECK((event.data.size() >= 160 || !event.data_cut));
}

TEST_CASE("stdio: a last line without a line feed answers, and says what it lacks") {
  StdioBench bench(server("ask; result '{}' | tr -d '\\n'; exit 0"));
  bench.open();
  const Answer answer = bench.ask();
  REQUIRE(answer.received);
  CHECK(bench.trace.received[*answer.received].problem == "the last line of stdout does not end in a line feed");
}

TEST_CASE("stdio: a flood on stderr neither blocks the program nor us") {
  StdioBench bench("yes noise | head -c 3000000 >&2; " + server("ask; result '{}'; cat >/dev/null"));
  CHECK(bench.open().problem == "");
  CHECK(bench.ask().received);
  CHECK(bench.trace.processes[0].log.size >= 1000000);
}

TEST_CASE("stdio: no answer within the deadline says what came so far, and the session can go on") {
  StdioBench bench(server("ask; echo 'thinking...'; ask; ask; result '{}'; cat >/dev/null"));
  bench.open();
  bench.clock.leap_when([&] { return !bench.trace.exchanges.empty() && bench.trace.exchanges[0].events_seen == 2; },
                        31 * kSecond);
  const Answer answer = bench.ask();
  CHECK(says(answer.problem, "no response within the deadline"));
  CHECK(says(answer.problem, "2 lines on stdout so far, the last: thinking..."));
  CHECK(says(answer.problem, "a line on stdout is no message: syntax error"));
  CHECK(bench.ask().received);
}

TEST_CASE("stdio: a broken line for another request is not taken for the answer to the one that waits") {
  StdioBench bench(
      server("ask; echo '{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":NaN}'; sleep 1.2; result '{}'; cat >/dev/null"));
  bench.open();
  CHECK(bench.ask().received);
}

TEST_CASE("stdio: what is sent to a program that ended fails with its end") {
  StdioBench bench(server("exit 5"));
  bench.open();
  bench.loop.run_until([&] { return !bench.transport.running(0); }, bench.loop.now() + 30 * kSecond);
  CHECK(says(bench.ask().problem, "the message could not be sent: the program exited with status 5"));
}

TEST_CASE("stdio: a program without a handshake that left while idle is started again") {
  const auto processes_after_two = [&](const std::string& end, Micros idle) {
    StdioBench bench("trap '" + end + "' USR1; " + kWords + "ask; result '{}'; while :; do sleep 0.02; done",
                     TestClock::Kind::stands);
    bench.transport.agree_on("2026-07-28");
    bench.transport.send({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/list"}}, {});
    REQUIRE(bench.loop.run_until([&] { return !bench.trace.received.empty(); }, 30 * kSecond));
    bench.clock.leap(idle);
    ::kill(static_cast<pid_t>(bench.trace.processes[0].pid), SIGUSR1);
    REQUIRE(bench.loop.run_until([&] { return !bench.transport.running(0); }, bench.loop.now() + 30 * kSecond));
    bench.transport.send({{"jsonrpc", "2.0"}, {"id", 2}, {"method", "tools/list"}}, {});
    return bench.trace.processes.size();
  };
  CHECK(processes_after_two("exit 0", 1200 * kMillisecond) == 2);
  CHECK(processes_after_two("exit 0", 0) == 1);
  CHECK(processes_after_two("exit 3", 1200 * kMillisecond) == 1);
}

TEST_CASE("stdio: what was to be said about the end of a program is not said of the next one") {
  StdioBench bench(std::string(kWords) + "ask; sleep 0.4; result '{}'; sleep 1.2");
  bench.transport.agree_on("2026-07-28");
  bench.transport.send({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/list"}}, {});
  bench.loop.run_until([&] { return !bench.transport.running(0); }, bench.loop.now() + 30 * kSecond);
  // Just before it would be said that the first one still runs, without its stdout.
  bench.loop.run_until([] { return false; }, bench.loop.now() + 800 * kMillisecond);
  const std::size_t second = bench.transport.send({{"jsonrpc", "2.0"}, {"id", 2}, {"method", "tools/list"}}, {});
  bench.loop.run_until([&] { return !bench.transport.running(second); }, bench.loop.now() + 30 * kSecond);
  CHECK(bench.trace.processes.size() == 2);
  CHECK(bench.trace.exchanges[second].answer);
}

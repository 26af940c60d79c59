// initialize, initialized, tools/list, one call and DELETE: by our session, and the same five requests by plain
// libcurl.
#include <curl/curl.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "bench/bench.hpp"
#include "client/http/http_client.hpp"
#include "client/session/session.hpp"
#include "client/transport/streamable_http.hpp"

extern char** environ;

namespace bench {
namespace {

using namespace mcplumb;

class Fixture {
 public:
  explicit Fixture(const std::string& program) {
    int ends[2];
    if (pipe(ends) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    char* arguments[] = {const_cast<char*>(program.c_str()), nullptr};
    if (posix_spawn(&child_, program.c_str(), &actions, nullptr, arguments, environ) != 0) child_ = 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    char line[256] = {};
    if (read(ends[0], line, sizeof line - 1) > 0) url = std::string(line).substr(13, std::strcspn(line, "\n") - 13);
    close(ends[0]);
  }
  ~Fixture() {
    if (child_ == 0) return;
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
  }
  std::string url;

 private:
  pid_t child_ = 0;
};

struct Samples {
  std::vector<double> wall, processor;
  void take(double wall_start, double processor_start) {
    processor.push_back(processor_us() - processor_start);
    wall.push_back(now_us() - wall_start);
  }
};

void ours(EventLoop& loop, HttpClient& http, Trace& trace, const std::string& url, Samples& samples) {
  const double start = now_us(), processor_start = processor_us();
  StreamableHttpOptions options;
  options.url = url;
  StreamableHttp transport(http, options);
  Session session(loop, trace, transport, {});
  RequestOptions request;
  request.deadline = loop.now() + 5 * kSecond;
  session.open(request);
  session.request("tools/list", nullptr, request);
  session.request("tools/call", {{"name", "test_simple_text"}, {"arguments", nlohmann::json::object()}}, request);
  const auto ended = transport.end_session(request);
  if (ended) loop.run_until([&] { return !transport.running(*ended); }, request.deadline);
  samples.take(start, processor_start);
}

struct Plain {
  CURL* easy = curl_easy_init();
  std::string body, session;

  static std::size_t take(char* data, std::size_t size, std::size_t count, void* self) {
    static_cast<Plain*>(self)->body.append(data, size * count);
    return size * count;
  }
  static std::size_t header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string line(data, size * count);
    if (line.starts_with("MCP-Session-Id: "))
      static_cast<Plain*>(self)->session = line.substr(16, line.find('\r') - 16);
    return size * count;
  }
  void send(const std::string& url, const char* method, const std::string& text) {
    curl_easy_reset(easy);
    curl_slist* headers = curl_slist_append(nullptr, "Accept: application/json, text/event-stream");
    headers = curl_slist_append(headers, "Content-Type: application/json");
    if (!session.empty()) headers = curl_slist_append(headers, ("MCP-Session-Id: " + session).c_str());
    if (!session.empty()) headers = curl_slist_append(headers, "MCP-Protocol-Version: 2025-11-25");
    body.clear();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    if (*method == 'D')
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    else
      curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, text.c_str());
    curl_easy_perform(easy);
    curl_slist_free_all(headers);
  }
};

void plain(Plain& curl, const std::string& url, Samples& samples) {
  const double start = now_us(), processor_start = processor_us();
  curl.session.clear();
  curl.send(
      url, "POST",
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"b","version":"1"}}})");
  curl.send(url, "POST", R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  curl.send(url, "POST", R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  curl.send(url, "POST",
            R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"test_simple_text","arguments":{}}})");
  curl.send(url, "DELETE", "");
  samples.take(start, processor_start);
}

}  // namespace

void session_against_plain_libcurl(const std::string& program) {
  const Fixture fixture(program);
  MonotonicClock clock;
  EventLoop loop(clock);
  Plain curl;
  Samples mine, theirs;
  {
    Trace trace;
    HttpClient http(loop, trace, {});
    for (int round = 0; round < 300; ++round) {
      ours(loop, http, trace, fixture.url, mine);
      plain(curl, fixture.url, theirs);
    }
  }
  curl_easy_cleanup(curl.easy);
  print_row("initialize + list + call + DELETE", median(mine.wall), median(theirs.wall), "us",
            "plain libcurl, the same");
  print_row("  the same, processor time of the client", median(mine.processor), median(theirs.processor), "us",
            "plain libcurl, the same");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%-42s %10.1f MiB after 300 rounds of both, all in the trace\n", "  peak memory of this process",
              static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace bench

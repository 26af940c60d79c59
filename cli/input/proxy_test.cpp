#include "cli/input/proxy.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using mcplumb::cli::proxy_from_environment;

namespace {

struct Environment {
  Environment(const char* proxy, const char* except) {
    setenv("http_proxy", proxy, 1);
    setenv("no_proxy", except, 1);
    unsetenv("all_proxy");
    unsetenv("ALL_PROXY");
  }
  ~Environment() {
    unsetenv("http_proxy");
    unsetenv("no_proxy");
  }
};

}  // namespace

TEST_CASE("proxy of the environment: no_proxy excepts hosts and what is below them") {
  struct Row {
    const char* except;
    const char* url;
    bool proxied;
  };
  const Row rows[] = {{"", "http://example.com/mcp", true},
                      {"*", "http://example.com/mcp", false},
                      {"example.com", "http://example.com/mcp", false},
                      {"example.com", "http://EXAMPLE.com:81/mcp", false},
                      {".example.com", "http://a.example.com/mcp", false},
                      {"example.com", "http://badexample.com/mcp", true},
                      {"other, example.com:81", "http://example.com:81/mcp", false},
                      {"example.com:81", "http://example.com:82/mcp", true},
                      {"::1", "http://[::1]:80/mcp", false},
                      {"127.0.0.1", "http://user@127.0.0.1:80/mcp", false},
                      {"", "https://example.com/mcp", false}};
  for (const Row& row : rows) {
    CAPTURE(row.except);
    CAPTURE(row.url);
    const Environment environment("http://proxy:3128", row.except);
    CHECK((proxy_from_environment(row.url) == "http://proxy:3128") == row.proxied);
  }
}

#include "client/trace.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("trace: header names compare without case, several fields are joined") {
  const Headers headers = {{"Vary", "a"}, {"X", "1"}, {"vary", "b"}};
  CHECK(find_header(headers, "VARY") == "a, b");
  CHECK_FALSE(find_header(headers, "Var"));
}

TEST_CASE("trace: a reply's header is looked up in its last block, not in an early hint") {
  Exchange exchange;
  CHECK_FALSE(exchange.header("link"));
  CHECK_FALSE(exchange.is_event_stream());
  exchange.blocks.push_back({"HTTP/1.1", 103, "Early Hints", {{"Link", "x"}}, 1});
  exchange.blocks.push_back({"HTTP/1.1", 200, "OK", {{"Content-Type", "Text/Event-Stream; charset=utf-8"}}, 2});
  CHECK_FALSE(exchange.header("link"));
  CHECK(exchange.status() == 200);
  CHECK(exchange.is_event_stream());
}

TEST_CASE("trace: kinds of failure are read as they are written") {
  for (int i = 0; i <= static_cast<int>(FailureKind::local); ++i) {
    const auto kind = static_cast<FailureKind>(i);
    CHECK(failure_kind_from(to_string(kind)) == kind);
  }
  CHECK(to_string(FailureKind::too_large) == "too-large");
  CHECK(to_string(FailureKind::local) == "local");
  CHECK_FALSE(failure_kind_from("bored"));
}

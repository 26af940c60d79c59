#include "client/http/headers.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("headers: those of the connection are not the user's to set") {
  for (const char* name : {"Content-Length", "transfer-encoding", "TE", "Trailer", "Upgrade", "Keep-Alive",
                           "Proxy-Connection", "Expect", "HTTP2-Settings"}) {
    CAPTURE(name);
    CHECK(header_problem({name, "x"}).find("mcplumb sets it itself") != std::string::npos);
  }
  CHECK(header_problem({"Connection", "Upgrade"}).find("close or keep-alive") != std::string::npos);
  for (const Header& fine : {Header{"Connection", "Close"}, Header{"Host", "x"}, Header{"Authorization", "Bearer a.b"},
                             Header{"X", ""}, Header{"X-A", "a\tb"}, Header{"X-A", "\xc3\xa4"}})
    CHECK(header_problem(fine) == "");
}

TEST_CASE("headers: a name is a token, and a value one line without control characters") {
  for (const char* name : {"", "X Y", "X:", "X\n", "\xc3\xa4"})
    CHECK(header_problem({name, "x"}).find("one word") != std::string::npos);
  for (const std::string& value : {std::string("a\n"), std::string("a\r\nX: b"), std::string("a\0b", 3)})
    CHECK(header_problem({"X", value}).find("line break") != std::string::npos);
  for (const char* value : {"a\x01", "\x7f", "\x1b[31m"})
    CHECK(header_problem({"X", value}).find("control character") != std::string::npos);
}

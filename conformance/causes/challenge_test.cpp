#include "conformance/causes/challenge.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

std::string metadata_in(std::string challenge) {
  Exchange exchange;
  exchange.blocks.push_back({"HTTP/1.1", 401, "", {{"WWW-Authenticate", std::move(challenge)}}, 0});
  return resource_metadata_of(exchange);
}

}  // namespace

TEST_CASE("challenge: a parameter is found however it is written") {
  CHECK(metadata_in(R"(Bearer resource_metadata="https://x/y")") == "https://x/y");
  CHECK(metadata_in(R"(Bearer error="e", Resource_Metadata = https://x/y, scope="s")") == "https://x/y");
  CHECK(metadata_in(R"(Basic realm="a", Bearer resource_metadata="z")") == "z");
  CHECK(metadata_in(R"(Negotiate abc==, Bearer resource_metadata="z")") == "z");
  CHECK(metadata_in(R"(Bearer resource_metadata="a\"b\\c")") == R"(a"b\c)");
}

TEST_CASE("challenge: what stands in another parameter, or has a longer name, is none") {
  CHECK(metadata_in(R"(Bearer realm="resource_metadata=evil")").empty());
  CHECK(metadata_in(R"(Bearer realm="say \"resource_metadata=evil")").empty());
  CHECK(metadata_in(R"(Bearer x_resource_metadata="evil")").empty());
  CHECK(metadata_in(R"(Bearer realm="a" , resource_metadata="z)") == "z");
  CHECK(metadata_in("Bearer").empty());
  CHECK(metadata_in("Bearer resource_metadata=").empty());
}

#include "client/media_type.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("media type: parameters and case are ignored") {
  CHECK(media_type("Text/Event-Stream; charset=utf-8") == "text/event-stream");
  CHECK(media_type(" application/json ") == "application/json");
  CHECK(media_type("") == "");
}

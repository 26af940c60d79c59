#include "client/session/pages.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;
using nlohmann::json;

TEST_CASE("pages: follows cursors until a page names none") {
  PageWalk walk("tools/list");
  CHECK(walk.params().is_null());
  const json first = {{"tools", {1, 2}}, {"nextCursor", "a"}}, last = {{"tools", {3}}};
  CHECK(walk.take(&first) == PageWalk::Found::page);
  CHECK(walk.wants_more());
  CHECK(walk.params() == json{{"cursor", "a"}});
  CHECK(walk.take(&last) == PageWalk::Found::page);
  CHECK_FALSE(walk.wants_more());
  CHECK(walk.ended());
  CHECK(walk.page() == json{3});
  CHECK(walk.pages() == 2);
}

TEST_CASE("pages: a page that names itself as the next is a circle") {
  PageWalk walk("resources/templates/list");
  const json page = {{"resourceTemplates", {1}}, {"nextCursor", "a"}};
  walk.take(&page);
  walk.take(&page);
  CHECK(walk.in_circle());
  CHECK_FALSE(walk.wants_more());
}

TEST_CASE("pages: stops at the bounds, and only if there is more") {
  PageWalk walk("prompts/list", {2, 100});
  const json first = {{"prompts", {1}}, {"nextCursor", "a"}}, second = {{"prompts", {1}}, {"nextCursor", "b"}};
  walk.take(&first);
  walk.take(&second);
  CHECK(walk.at_bound());
  PageWalk short_one("prompts/list", {1, 100});
  const json only = {{"prompts", {1}}};
  short_one.take(&only);
  CHECK_FALSE(short_one.at_bound());
}

TEST_CASE("pages: a cursor that is too long to be sent back is a bound of ours") {
  PageWalk walk("tools/list");
  const json page = {{"tools", {1}}, {"nextCursor", std::string(64 * 1024, 'c')}};
  walk.take(&page);
  CHECK(walk.wants_more());
  const json longer = {{"tools", {2}}, {"nextCursor", std::string(64 * 1024 + 1, 'd')}};
  walk.take(&longer);
  CHECK(walk.at_bound());
  CHECK_FALSE(walk.wants_more());
}

TEST_CASE("pages: a result without the list is no page, nor is none at all") {
  PageWalk walk("tools/list");
  const json odd = {{"tools", 1}};
  CHECK(walk.take(&odd) == PageWalk::Found::no_list);
  CHECK(walk.take(nullptr) == PageWalk::Found::no_list);
  CHECK(walk.pages() == 0);
}

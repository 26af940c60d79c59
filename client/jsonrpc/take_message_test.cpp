#include "client/jsonrpc/take_message.hpp"

#include <doctest/doctest.h>

#include <string>

using nlohmann::json;
using namespace mcplumb;

namespace {

constexpr std::size_t kTextMax = 4 * 1024 * 1024;

std::string id_in(std::string_view text) {
  const TextRange range = range_of_id(text);
  return range.begin == std::string_view::npos ? "none"
                                               : std::string(text.substr(range.begin, range.end - range.begin));
}

// A list of tools, as long as is wanted, with this id behind it.
std::string list_of(std::size_t elements, const std::string& id) {
  std::string text = R"({"jsonrpc": "2.0", "result": {"tools": [{"name": "first"})";
  for (std::size_t i = 1; i < elements; ++i) text += R"(,{"name": "another tool"})";
  return text + R"(]}, "id": )" + id + "}";
}

std::string empty_objects(std::size_t count) {
  std::string text = R"({"id": 1, "result": [{})";
  for (std::size_t i = 1; i < count; ++i) text += ",{}";
  return text + "]}";
}

}  // namespace

TEST_CASE("take message: where the id stands") {
  CHECK(id_in(R"({"id":1,"a":2})") == "1");
  CHECK(id_in(R"({"id" : 1 })") == "1");
  CHECK(id_in(R"({"a": 2, "id": -3.5e1})") == "-3.5e1");
  CHECK(id_in("{\"a\": 2,\r\n\t\"id\"\n:\tnull\n}") == "null");
  CHECK(id_in(R"({"id": "text, with } and \" in it", "a": 2})") == R"("text, with } and \" in it")");
  CHECK(id_in(R"({"id": "ends in \\"})") == R"("ends in \\")");
}

TEST_CASE("take message: an id that is not that of the message is none") {
  CHECK(id_in(R"({"params": {"id": 1}, "list": [{"id": 2}, "id", 3]})") == "none");
  CHECK(id_in(R"({"params": {"id": 1}, "id": 7})") == "7");
  CHECK(id_in(R"({"method": "id", "x\"id": 1, "text": "\"id\": 5"})") == "none");
  CHECK(id_in(R"([{"id": 1}])") == "none");
  CHECK(id_in("{}") == "none");
  CHECK(id_in("") == "none");
}

TEST_CASE("take message: of two ids, or of one that does not end, nothing is known") {
  CHECK(id_in(R"({"id": 1, "id": 2})") == "none");
  CHECK(id_in(R"({"id":)") == "none");
  CHECK(id_in(R"({"id": "open)") == "none");
  CHECK(id_in(R"({"id": 12)") == "none");
}

TEST_CASE("take message: equal ones are kept once, each with its id") {
  MessageStore store;
  const TakenMessage first = take_message(store, list_of(200, "1"), kTextMax);
  const std::size_t left = store.all.left() + store.small_ones.left();
  const TakenMessage second = take_message(store, list_of(200, "\"two\""), kTextMax);
  CHECK(store.all.left() + store.small_ones.left() == left);
  CHECK(first.value.json()["id"] == 1);
  CHECK(second.value.json()["id"] == "two");
  CHECK(first.value.json()["id"] == 1);
  CHECK(&first.value.json()["result"] == &second.value.json()["result"]);
  CHECK(second.value.json() == json::parse(list_of(200, "\"two\"")));
  CHECK_FALSE(first.value == second.value);
}

TEST_CASE("take message: what differs in more than the id is kept by itself") {
  MessageStore store;
  const TakenMessage first = take_message(store, list_of(200, "1"), kTextMax);
  const TakenMessage longer = take_message(store, list_of(201, "1"), kTextMax);
  CHECK(&first.value.json()["result"] != &longer.value.json()["result"]);
  CHECK(longer.value.json() == json::parse(list_of(201, "1")));
  const TakenMessage nested = take_message(store, list_of(200, R"({"a": 1})"), kTextMax);
  CHECK(nested.value.json() == json::parse(list_of(200, R"({"a": 1})")));
}

TEST_CASE("take message: what nobody has any more is read anew") {
  MessageStore store;
  { const TakenMessage gone = take_message(store, list_of(200, "1"), kTextMax); }
  CHECK(take_message(store, list_of(200, "2"), kTextMax).value.json() == json::parse(list_of(200, "2")));
}

TEST_CASE("take message: a list of several pages is put together once, as long as somebody has it") {
  MessageStore store;
  const KeptMessage first(json::array({1})), second(json::array({2}));
  CHECK(&put_together(store, {first}).json() == &first.json());
  CHECK(put_together(store, {}).json() == json::array());
  const KeptMessage whole = put_together(store, {first, second});
  CHECK(whole.json() == json::array({1, 2}));
  CHECK(&put_together(store, {first, second}).json() == &whole.json());
  CHECK(put_together(store, {second, first}).json() == json::array({2, 1}));
  CHECK(put_together(store, {first, second, second}).json() == json::array({1, 2, 2}));
  CHECK(&put_together(store, {first, KeptMessage(json::array({2}))}).json() != &whole.json());
}

TEST_CASE("take message: what has a long id shares nothing, and counts as a whole") {
  MessageStore store;
  const std::string id = '"' + std::string(300, 'i') + '"';
  const TakenMessage first = take_message(store, list_of(200, id), kTextMax);
  const TakenMessage again = take_message(store, list_of(200, id), kTextMax);
  CHECK(again.value.memory() == first.value.memory());
  CHECK(store.known.empty());
}

TEST_CASE("take message: a part of a message keeps the message") {
  MessageStore store;
  KeptMessage tools;
  {
    const TakenMessage taken = take_message(store, list_of(200, "1"), kTextMax);
    tools = taken.value.part(taken.value.json()["result"]["tools"]);
  }
  CHECK(tools.json().size() == 200);
}

TEST_CASE("take message: one message that takes too much is a bound of ours, and leaves room for others") {
  MessageStore store;
  const TakenMessage large = take_message(store, empty_objects(900'000), kTextMax);
  CHECK(large.value.is_null());
  CHECK(large.problem.empty());
  CHECK(large.overflow.find("one message takes more than 24 MiB") == 0);
  CHECK(take_message(store, list_of(2000, "1"), kTextMax).overflow.empty());
}

TEST_CASE("take message: when all of them take too much, small ones still come in") {
  MessageStore store;
  std::vector<KeptMessage> kept;
  std::string overflow;
  for (int i = 0; overflow.empty() && i < 100; ++i) {
    TakenMessage taken = take_message(store, empty_objects(20'000 + static_cast<std::size_t>(i)), kTextMax);
    overflow = taken.overflow;
    kept.push_back(std::move(taken.value));
  }
  CHECK(overflow.find("the messages of one run take more than 40 MiB") == 0);
  CHECK(kept.size() > 5);
  const TakenMessage small = take_message(store, R"({"id": 1, "result": {}})", kTextMax);
  CHECK(small.overflow.empty());
  CHECK(small.value.json()["id"] == 1);
}

TEST_CASE("take message: what is no JSON, or names a member twice, is said") {
  MessageStore store;
  CHECK_FALSE(take_message(store, "{\"id\": 1", kTextMax).problem.empty());
  CHECK(take_message(store, R"({"id": 1, "id": 2})", kTextMax).problem == "duplicate key \"id\"");
}

#include "client/http/secrets.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mcplumb;

TEST_CASE("secrets: a value is hidden in every form that a peer gives it back in") {
  Secrets secrets;
  secrets.add("k3y \"x\"&<y>");
  for (const char* text : {"k3y \"x\"&<y>", R"(k3y \"x\"&<y>)", "k3y%20%22x%22%26%3Cy%3E", "k3y%20%22x%22%26%3cy%3e",
                           "k3y &quot;x&quot;&amp;&lt;y&gt;"})
    CHECK_MESSAGE(secrets.hide("a " + std::string(text) + " b") == "a <redacted> b", text);
  CHECK(secrets.hide("nothing of it") == "nothing of it");
}

TEST_CASE("secrets: what is too short or stands everywhere is not looked for") {
  Secrets secrets;
  for (const char* value : {"", "abc", "true", "TEXT"}) secrets.add(value);
  CHECK(secrets.empty());
}

TEST_CASE("secrets: a name speaks of them in whatever case it is written") {
  for (const char* name :
       {"Authorization", "AUTHORIZATION", "Set-Cookie", "X-API-KEY", "x-Auth-Token", "PASSWORD", "Key"})
    CHECK_MESSAGE(speaks_of_secrets(name), name);
  for (const char* name : {"Accept", "Monkey", "Host", "keyboard"}) CHECK_FALSE_MESSAGE(speaks_of_secrets(name), name);
}

TEST_CASE("secrets: the longest value goes first, and what is hidden stays as it is") {
  Secrets secrets;
  secrets.add("token");
  secrets.add("token-long");
  CHECK(secrets.hide("token-long token") == "<redacted> <redacted>");
  CHECK(secrets.hide(secrets.hide("token")) == "<redacted>");
}

TEST_CASE("secrets: the beginning of a value is hidden where a text was cut") {
  Secrets secrets;
  secrets.add("CANARY-1234567890");
  CHECK(secrets.hide("Bearer CANARY-123") == "Bearer <redacted>");
  CHECK(secrets.hide("Bearer CANARY-123… and more") == "Bearer <redacted>… and more");
  CHECK(secrets.hide("CANARY birds") == "CANARY birds");
}

TEST_CASE("secrets: a copy hides what the first one hid") {
  Secrets copy;
  {
    Secrets first;
    first.add("CANARY-1234567890");
    first.add("CANARY-0987654321");
    copy = first;
  }
  CHECK(copy.hide("CANARY-1234567890 CANARY-0987654321 CANARY-") == "<redacted> <redacted> <redacted>");
}

TEST_CASE("secrets: headers that a user adds, but for those that say nothing") {
  Secrets secrets;
  secrets.add_header("Authorization", "Bearer abc.def");
  secrets.add_header("X-Tenant", "tenant-4711");
  secrets.add_header("Cookie", "a=session-one; b=session-two");
  secrets.add_header("Origin", "http://localhost");
  CHECK(secrets.hide("abc.def|tenant-4711|session-two|http://localhost") ==
        "<redacted>|<redacted>|<redacted>|http://localhost");
}

TEST_CASE("secrets: of a URL the user information and the values that are named so") {
  Secrets secrets;
  secrets.add_url("http://user:pa%20ss@host/mcp?access_token=t%2Fok&x=harmless");
  CHECK(secrets.hide("pa ss|t/ok|t%2Fok|harmless|dXNlcjpwYSBzcw==") ==
        "<redacted>|<redacted>|<redacted>|harmless|<redacted>");
  Secrets relative;
  relative.add_url("/mcp2?access_token=SECRETVALUE");
  CHECK(relative.hide("to /mcp2?access_token=SECRETVALUE") == "to /mcp2?access_token=<redacted>");
}

TEST_CASE("secrets: of command lines and variables what is named so, or looks like a key") {
  Secrets secrets;
  secrets.add_command({"server", "--api-key=sk-1234", "--token", "tok-1234", "--port", "8080", "API_KEY=env-1234", "-H",
                       "X-Api-Key: head-1234", "--db=postgres://u:dbpass@h/x"});
  CHECK(secrets.hide("sk-1234 tok-1234 8080 env-1234 head-1234 dbpass") ==
        "<redacted> <redacted> 8080 <redacted> <redacted> <redacted>");
  Secrets line;
  line.add_shell_line("TOKEN='abc def1' PORT=8080 exec server --password geheim99");
  CHECK(line.hide("abc def1, 8080, geheim99") == "<redacted>, 8080, <redacted>");
  Secrets variables;
  variables.add_variable("ANYTHING", "ghp4711abcdef");
  variables.add_variable("LANG", "en_GB");
  variables.add_variable("DB_PASSWORD", "short");
  variables.add_variable("HOME", "/home/user1234");
  CHECK(variables.hide("ghp4711abcdef en_GB short /home/user1234") == "<redacted> en_GB <redacted> /home/user1234");
}

TEST_CASE("secrets: a JSON value is walked, keys included") {
  Secrets secrets;
  secrets.add("geheim-1");
  nlohmann::json value = {{"a", {"x geheim-1", 1}}, {"geheim-1", {{"b", "geheim-1"}}}};
  secrets.hide(value);
  CHECK(value == nlohmann::json{{"a", {"x <redacted>", 1}}, {"<redacted>", {{"b", "<redacted>"}}}});
}

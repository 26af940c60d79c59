#include "conformance/shapes/look.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

using namespace mcplumb;
using nlohmann::json;

namespace {

struct Seen {
  const char* method;
  const char* revision;
  const char* message;
  const char* defects;  // "member at path", joined by "; "
};

std::string in_short(const ShapeLook& look) {
  std::string text;
  for (const ShapeDefect& defect : look.defects)
    text += (text.empty() ? "" : "; ") + defect.member + " at " + defect.path;
  return text;
}

}  // namespace

TEST_CASE("shapes: what is right, and where it is not") {
  const Seen rows[] = {
      {"tools/list", "2024-11-05", R"({"result":{"tools":[]}})", ""},
      {"tools/list", "2024-11-05", R"({"result":{}})", "tools/list.tools at result.tools"},
      {"tools/list", "2024-11-05", R"({"result":{"tools":{}}})", "tools/list.tools at result.tools"},
      {"tools/list", "2025-11-25", R"({"result":{"tools":[5]}})", "tools/list.tools at result.tools[0]"},
      {"tools/list", "2025-11-25", R"({"result":{"tools":[],"nextCursor":null}})",
       "tools/list.nextCursor at result.nextCursor"},
      {"tools/list", "2025-11-25", R"({"result":{"tools":[{"name":"a"}]}})",
       "Tool.inputSchema at result.tools[\"a\"].inputSchema"},
      {"tools/list", "2025-11-25", R"({"result":{"tools":[{"name":"a","inputSchema":{"type":"string"}}]}})",
       "InputSchema.type at result.tools[\"a\"].inputSchema.type"},
      {"tools/list", "2026-07-28",
       R"({"result":{"tools":[{"name":"a","inputSchema":{"type":"object"},"outputSchema":{"type":"array"}}]}})", ""},
      // What a revision does not know, it does not mind.
      {"tools/list", "2025-03-26", R"({"result":{"tools":[{"name":"a","title":5,"inputSchema":{"type":"object"}}]}})",
       ""},
      {"tools/list", "2025-06-18", R"({"result":{"tools":[{"name":"a","title":5,"inputSchema":{"type":"object"}}]}})",
       "Tool.title at result.tools[\"a\"].title"},
      {"tools/call", "2024-11-05", R"({"result":{"content":[{"type":"text","text":"a"}]}})", ""},
      {"tools/call", "2024-11-05", R"({"result":{"content":[{"type":"audio","data":"AAAA","mimeType":"a/b"}]}})",
       "ContentBlock at result.content[0].type"},
      {"tools/call", "2025-03-26", R"({"result":{"content":[{"type":"audio","data":"http://a/b","mimeType":"a/b"}]}})",
       "AudioContent.data at result.content[0].data"},
      {"tools/call", "2025-06-18", R"({"result":{"content":[],"structuredContent":[1]}})",
       "tools/call.structuredContent at result.structuredContent"},
      {"tools/call", "2026-07-28", R"({"result":{"content":[],"structuredContent":[1]}})", ""},
      {"tools/call", "2025-11-25",
       R"({"result":{"content":[{"type":"resource","resource":{"uri":"a:b","blob":"AAAA"}}]}})", ""},
      {"tools/call", "2025-11-25", R"({"result":{"content":[{"type":"resource","resource":{"uri":"a:b"}}]}})",
       "ResourceContents at result.content[0].resource"},
      {"tools/call", "2025-11-25", R"({"result":{"content":[{"text":"a"}]}})",
       "ContentBlock at result.content[0].type"},
      {"tools/call", "2025-11-25",
       R"({"result":{"content":[{"type":"text","text":"a","annotations":{"priority":2}}]}})",
       "Annotations.priority at result.content[0].annotations.priority"},
      {"tools/call", "2025-11-25",
       R"({"result":{"task":{"taskId":"a","status":"busy","createdAt":"2026-01-31T12:00:00Z","lastUpdatedAt":"x","ttl":null}}})",
       "Task.status at result.task.status; Task.lastUpdatedAt at result.task.lastUpdatedAt"},
      {"tools/call", "2026-07-28",
       R"({"result":{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"},"b":{"method":"x"}}}})",
       "InputRequest at result.inputRequests.b.method"},
      {"elicitation/create", "2025-06-18", R"({"id":1,"method":"elicitation/create","params":{"message":"m","mode":"x",
        "requestedSchema":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"object"}}}}})",
       "FormField at params.requestedSchema.properties.b.type"},
      {"elicitation/create", "2025-11-25",
       R"({"id":1,"method":"elicitation/create","params":{"message":"m","mode":"x"}})", "Elicitation at params.mode"},
      {"elicitation/create", "2025-11-25",
       R"({"id":1,"method":"elicitation/create","params":{"message":"m","mode":"url"}})",
       "ElicitationUrl.url at params.url; ElicitationUrl.elicitationId at params.elicitationId"},
      {"sampling/createMessage", "2025-06-18",
       R"({"id":1,"method":"sampling/createMessage","params":{"maxTokens":1,"messages":[{"role":"user","content":[]}]}})",
       "SamplingMessage.content at params.messages[0].content"},
      {"sampling/createMessage", "2025-11-25",
       R"({"id":1,"method":"sampling/createMessage","params":{"maxTokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}})",
       "TextContent.text at params.messages[0].content[0].text"},
      {"notifications/message", "2025-11-25",
       R"({"method":"notifications/message","params":{"level":"warn","data":null}})",
       "notifications/message.level at params.level"},
      {"notifications/progress", "2025-11-25",
       R"({"method":"notifications/progress","params":{"progressToken":1.5,"progress":"1"}})",
       "notifications/progress.progressToken at params.progressToken; notifications/progress.progress at "
       "params.progress"},
      {"ping", "2025-11-25", R"({"result":{}})", ""},
      {"tools/list", "2025-11-25", R"({"error":{"code":1,"message":"m"}})", ""},
  };
  for (const Seen& row : rows) {
    CAPTURE(row.message);
    CAPTURE(row.revision);
    CHECK(in_short(look_at_message(json::parse(row.message), row.method, row.revision)) == row.defects);
  }
}

TEST_CASE("shapes: only what was there was looked at") {
  const ShapeLook look =
      look_at_message(json::parse(R"({"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}})"),
                      "tools/list", "2025-11-25");
  CHECK(look.members.count("Tool.name") == 1);
  CHECK(look.members.count("Tool.title") == 0);
  CHECK(look.members.count("tools/call.content") == 0);
}

TEST_CASE("shapes: a table that is none says where") {
  const std::pair<const char*, const char*> rows[] = {
      {"A\n  b: Nothing\n", "A uses Nothing, which is not defined"},
      {"  b: str\n", "line 1: a member of nothing"},
      {"A\n  b str\n", "line 2: no colon"},
      {"A ? B\n", "line 1: unexpected ?"},
      {"A\n  b: map<str\n", "line 2: no > in "},
      {"A\n  b: \"x\n", "line 2: no \" in \"x"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first);
    CHECK_THROWS_WITH_AS(read_shapes(row.first), row.second, std::invalid_argument);
  }
}

TEST_CASE("shapes: the table of the protocol can be read, and each shape is used") {
  std::set<std::string> used;
  const auto use = [&](const auto& self, const ValueForm& form) -> void {
    if (form.kind == ValueForm::Kind::named) used.insert(form.name);
    for (const ValueForm& part : form.parts) self(self, part);
  };
  for (const auto& [name, definitions] : wire_shapes())
    for (const ShapeDefinition& definition : definitions)
      for (const ShapeMember& member : definition.members) use(use, member.form);
  used.insert({"InputRequiredResult", "CreateTaskResult"});  // by the look at a message
  for (const auto& definition : wire_shapes()) {
    const std::string& name = definition.first;
    CAPTURE(name);
    CHECK((name.find(' ') != std::string::npos || used.count(name) == 1));
  }
}

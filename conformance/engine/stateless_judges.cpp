// Judgments of revision 2026-07-28 that walk through keys and schemas, which no script can.
#include "conformance/engine/stateless_judges.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/engine/secret_words.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_alphanumeric(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

// One label of a prefix: begins with a letter, ends with a letter or a digit, hyphens between.
bool is_prefix_label(std::string_view label) {
  return !label.empty() && is_letter(label.front()) && is_alphanumeric(label.back()) &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
}

// The prefix of a key, without its slash: labels joined by dots.
bool is_meta_prefix(std::string_view prefix) {
  for (std::size_t from = 0;;) {
    const std::size_t dot = prefix.find('.', from);
    if (!is_prefix_label(prefix.substr(from, dot == prefix.npos ? dot : dot - from))) return false;
    if (dot == prefix.npos) return true;
    from = dot + 1;
  }
}

bool is_meta_name(std::string_view name) {
  return name.empty() || (is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
                          std::all_of(name.begin(), name.end(),
                                      [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; }));
}

std::string_view meta_prefix_of(std::string_view key) {
  const std::size_t slash = key.find('/');
  return slash == key.npos ? std::string_view() : key.substr(0, slash);
}

// basic#general-fields, "Key name format".
bool is_meta_key(std::string_view key) {
  const std::size_t slash = key.find('/');
  return slash == key.npos ? is_meta_name(key)
                           : is_meta_prefix(key.substr(0, slash)) && is_meta_name(key.substr(slash + 1));
}

// The second label says whose the prefix is: `io.modelcontextprotocol`, `dev.mcp`.
bool is_reserved_key(std::string_view key) {
  const std::string_view prefix = meta_prefix_of(key);
  const std::size_t dot = prefix.find('.');
  if (dot == prefix.npos) return false;
  const std::string_view second = prefix.substr(dot + 1, prefix.find('.', dot + 1) - dot - 1);
  return second == "modelcontextprotocol" || second == "mcp";
}

// Of the specification, its older revisions and its official extensions.
bool is_defined_key(std::string_view key) {
  for (const char* name : {"protocolVersion", "clientCapabilities", "clientInfo", "logLevel", "subscriptionId",
                           "serverInfo", "related-task", "model-immediate-response", "tasks", "ui"})
    if (key == std::string("io.modelcontextprotocol/") + name) return true;
  return meta_prefix_of(key) != "io.modelcontextprotocol";
}

using KeyVisitor = std::function<void(const std::string& key, std::size_t exchange)>;

// All keys of `_meta` members, wherever they stand in what the server sent of its own accord.
void each_meta_key(const JudgeInput& input, const KeyVisitor& visit) {
  std::set<const json*> seen;
  for (const Received& received : input.trace.received) {
    if (input.trace.exchanges[received.exchange].deliberate || !seen.insert(&received.value.json()).second) continue;
    const std::function<void(const json&)> walk = [&](const json& value) {
      if (value.is_array())
        for (const json& item : value) walk(item);
      if (!value.is_object()) return;
      for (const auto& [key, inner] : value.items()) {
        if (key == "_meta" && inner.is_object())
          for (const auto& [name, ignored] : inner.items()) visit(name, received.exchange);
        // What a tool gives out, and schemas, are not the protocol's.
        if (key != "structuredContent" && key != "inputSchema" && key != "outputSchema" && key != "data") walk(inner);
      }
    };
    walk(received.value);
  }
}

JudgeResult judge_meta_keys(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no message carried _meta");
  each_meta_key(input, [&](const std::string& key, std::size_t exchange) {
    ++result.judged;
    if (!is_meta_key(key))
      blame(result, input.severity, "_meta", "keys made of an optional prefix and a name",
            shortened(serialize(json(key)), 80), exchange);
  });
  return result;
}

// An extension may define keys that are not known here, so this is never more than a warning.
JudgeResult judge_meta_reserved_keys(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no message carried _meta");
  each_meta_key(input, [&](const std::string& key, std::size_t exchange) {
    ++result.judged;
    if (is_reserved_key(key) && !is_defined_key(key))
      blame(result, Verdict::warn, "_meta", "no key of the specification that it does not define",
            shortened(serialize(json(key)), 80), exchange);
  });
  return result;
}

// basic#general-fields: prefixes should be domains turned round. Only what is plainly the right way round is told.
JudgeResult judge_meta_keys_reversed(const JudgeInput& input) {
  static constexpr std::string_view kTopLevel[] = {"com", "org", "net", "io", "dev", "ai", "app"};
  const auto is_top_level = [](std::string_view label) {
    return std::find(std::begin(kTopLevel), std::end(kTopLevel), label) != std::end(kTopLevel);
  };
  JudgeResult result = nothing_seen("no key of _meta had a prefix");
  each_meta_key(input, [&](const std::string& key, std::size_t exchange) {
    const std::string_view prefix = meta_prefix_of(key);
    if (prefix.find('.') == prefix.npos) return;
    ++result.judged;
    if (is_top_level(prefix.substr(prefix.rfind('.') + 1)) && !is_top_level(prefix.substr(0, prefix.find('.'))))
      blame(result, input.severity, "_meta", "a domain turned round, as in com.example/",
            shortened(serialize(json(key)), 80), exchange);
  });
  return result;
}

const json* result_for(const JudgeInput& input, const Received& received, std::string_view method) {
  if (!received.answers || string_member(input.trace.exchanges[*received.answers].message, "method") != method)
    return nullptr;
  return member(received.value, "result");
}

// basic/versioning#extension-negotiation: named as `_meta` keys are, and the prefix is required.
JudgeResult judge_extension_names(const JudgeInput& input) {
  JudgeResult result = nothing_seen("the server declares no extensions");
  for (const Received& received : input.trace.received) {
    const json* discovered = result_for(input, received, "server/discover");
    const json* capabilities = discovered != nullptr ? member(*discovered, "capabilities") : nullptr;
    const json* extensions = capabilities != nullptr ? member(*capabilities, "extensions") : nullptr;
    if (extensions == nullptr || !extensions->is_object()) continue;
    for (const auto& [name, ignored] : extensions->items()) {
      ++result.judged;
      const bool fine = is_meta_key(name) && !meta_prefix_of(name).empty() && !name.ends_with('/');
      if (!fine)
        blame(result, input.severity, "result.capabilities.extensions", "names with a prefix, as com.example/name",
              shortened(serialize(json(name)), 80), received.exchange);
    }
  }
  return result;
}

constexpr std::size_t kPlaceShown = 80;

// A member `x-mcp-header` in an input schema.
struct Annotation {
  std::string tool, at;  // for people; at: where in the schema, "properties.region"
  const json* value;
  const json* schema;      // that holds it
  bool reachable = false;  // by `properties` alone
  std::size_t exchange;
};
using AnnotationVisitor = std::function<void(const std::vector<Annotation>& of_one_tool, JudgeResult& result)>;

void collect_annotations(const json& schema, const std::string& at, bool reachable, bool root, Annotation& like,
                         std::vector<Annotation>& all) {
  if (schema.is_array())
    for (const json& item : schema) collect_annotations(item, at, false, false, like, all);
  if (!schema.is_object()) return;
  if (const json* value = member(schema, "x-mcp-header")) {
    like.at = shortened(at, kPlaceShown);
    like.value = value;
    like.schema = &schema;
    like.reachable = reachable && !root;
    all.push_back(like);
  }
  for (const auto& [key, inner] : schema.items()) {
    if (key == "default" || key == "const" || key == "enum" || key == "examples" || key == "x-mcp-header") continue;
    // A property may have any name, so what stands below `properties` are schemas, not keywords.
    if (key == "properties" && inner.is_object()) {
      for (const auto& [name, property] : inner.items())
        collect_annotations(property, at + ".properties." + name, reachable, false, like, all);
    } else if (key == "$defs" || key == "definitions" || key == "patternProperties" || key == "dependentSchemas") {
      if (inner.is_object())
        for (const auto& [name, part] : inner.items())
          collect_annotations(part, at + "." + key + "." + name, false, false, like, all);
    } else {
      collect_annotations(inner, at + "." + key, false, false, like, all);
    }
  }
}

JudgeResult judge_annotations(const JudgeInput& input, const AnnotationVisitor& visit) {
  JudgeResult result = nothing_seen("no tool has a parameter with x-mcp-header");
  DistinctValues seen;  // a list comes many times
  each_listed_tool(input.trace, [&](const json& tool, const Received& listed) {
    const json* schema = member(tool, "inputSchema");
    if (schema == nullptr || !seen.add(tool)) return;
    Annotation like;
    like.tool = shortened(string_member(tool, "name"), 60);
    like.exchange = listed.exchange;
    std::vector<Annotation> all;
    collect_annotations(*schema, "inputSchema", true, true, like, all);
    result.judged += all.size();
    if (!all.empty()) visit(all, result);
  });
  return result;
}

std::string whereabouts(const Annotation& annotation) { return annotation.tool + ": " + annotation.at; }

bool is_header_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [&](char c) { return is_alphanumeric(c) || kMarks.find(c) != kMarks.npos; });
}

JudgeResult judge_annotation_tokens(const JudgeInput& input) {
  return judge_annotations(input, [&](const std::vector<Annotation>& all, JudgeResult& found) {
    for (const Annotation& each : all)
      if (!each.value->is_string() || !is_header_token(each.value->get_ref<const std::string&>()))
        blame(found, input.severity, whereabouts(each), "a token of HTTP", shortened(serialize(*each.value), 60),
              each.exchange);
  });
}

JudgeResult judge_annotations_unique(const JudgeInput& input) {
  return judge_annotations(input, [&](const std::vector<Annotation>& all, JudgeResult& found) {
    std::set<std::string> names;
    for (const Annotation& each : all)
      if (each.value->is_string() && !names.insert(lower_case(each.value->get<std::string>())).second)
        blame(found, input.severity, whereabouts(each), "a name that no other parameter has",
              shortened(serialize(*each.value), 60), each.exchange);
  });
}

// A list of types, or none, is not spoken of: a warning.
JudgeResult judge_annotation_types(const JudgeInput& input) {
  return judge_annotations(input, [&](const std::vector<Annotation>& all, JudgeResult& found) {
    for (const Annotation& each : all) {
      const json* type = member(*each.schema, "type");
      const bool said = type != nullptr && type->is_string();
      const std::string name = said ? type->get<std::string>() : "";
      if (name == "string" || name == "integer" || name == "boolean") continue;
      blame(found, said ? input.severity : Verdict::warn, whereabouts(each), "type string, integer or boolean",
            type != nullptr ? shortened(serialize(*type), 60) : "no type", each.exchange);
    }
  });
}

JudgeResult judge_annotations_reachable(const JudgeInput& input) {
  return judge_annotations(input, [&](const std::vector<Annotation>& all, JudgeResult& found) {
    for (const Annotation& each : all)
      if (!each.reachable)
        blame(found, input.severity, whereabouts(each), "a property, reached by properties alone",
              "x-mcp-header at another place", each.exchange);
  });
}

// An integer that a number of JavaScript can hold. What forces it to be another one is only told as a warning, for the
// text speaks of values.
JudgeResult judge_annotation_integers(const JudgeInput& input) {
  constexpr double kLargest = 9007199254740991;
  return judge_annotations(input, [&](const std::vector<Annotation>& all, JudgeResult& found) {
    for (const Annotation& each : all)
      for (const char* bound : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "const", "default"})
        if (const json* value = member(*each.schema, bound);
            value != nullptr && value->is_number() && std::abs(value->get<double>()) > kLargest)
          blame(found, input.severity, whereabouts(each), "integers up to 9007199254740991",
                std::string(bound) + " " + serialize(*value), each.exchange);
  });
}

JudgeResult judge_annotation_secrets(const JudgeInput& input) {
  return judge_annotations(input, [&](const std::vector<Annotation>& all, JudgeResult& found) {
    for (const Annotation& each : all) {
      const bool is_secret = asks_for_a_secret(each.at) ||
                             (each.value->is_string() && asks_for_a_secret(each.value->get_ref<const std::string&>()));
      if (is_secret)
        blame(found, input.severity, whereabouts(each), "no header for what is secret",
              shortened(serialize(*each.value), 60), each.exchange);
    }
  });
}

// basic/patterns/cancellation: the server cancels streams of changes, and nothing else.
JudgeResult judge_server_cancels_listen_only(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no message was seen");
  for (const Received& received : input.trace.received) {
    const Exchange& carrier = input.trace.exchanges[received.exchange];
    if (carrier.deliberate || !received.value.is_object()) continue;
    ++result.judged;
    if (string_member(received.value, "method") != "notifications/cancelled") continue;
    const json* params = member(received.value, "params");
    const json* id = params != nullptr ? member(*params, "requestId") : nullptr;
    const bool of_listen =
        id != nullptr &&
        std::any_of(input.trace.exchanges.begin(), input.trace.exchanges.end(), [&](const Exchange& e) {
          const json* own = member(e.message, "id");
          return own != nullptr && same_id(*own, *id) && string_member(e.message, "method") == "subscriptions/listen";
        });
    if (!of_listen)
      blame(result, input.severity, "params.requestId", "the id of a subscriptions/listen",
            id != nullptr ? shortened(serialize(*id), 60) : "none", received.exchange);
  }
  return result;
}

constexpr NamedJudge kStatelessJudges[] = {{"meta-keys", judge_meta_keys},
                                           {"meta-reserved-keys", judge_meta_reserved_keys},
                                           {"meta-keys-reversed", judge_meta_keys_reversed},
                                           {"extension-names", judge_extension_names},
                                           {"header-annotation-tokens", judge_annotation_tokens},
                                           {"header-annotations-unique", judge_annotations_unique},
                                           {"header-annotation-types", judge_annotation_types},
                                           {"header-annotations-reachable", judge_annotations_reachable},
                                           {"header-annotation-integers", judge_annotation_integers},
                                           {"header-annotation-secrets", judge_annotation_secrets},
                                           {"server-cancels-listen-only", judge_server_cancels_listen_only}};

}  // namespace

std::span<const NamedJudge> stateless_judges() { return kStatelessJudges; }

}  // namespace mcplumb

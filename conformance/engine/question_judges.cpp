// Judgments about the contents of questions to clients: what may be asked of whom, and what must not stand in it.
#include "conformance/engine/question_judges.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/engine/questions.hpp"
#include "conformance/engine/secret_words.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

bool declares(const json* capabilities, std::initializer_list<std::string_view> path) {
  return capabilities != nullptr && !part_at(*capabilities, path).is_null();
}

// A question of this method, to a client that did not declare `capability`.
JudgeResult judge_undeclared(const JudgeInput& input, std::string_view method, std::string_view capability) {
  JudgeResult result = nothing_seen("nothing came for a client without the capability " + std::string(capability));
  for (const Told& told : all_told(input.trace))
    if (!told.revision.empty() && !declares(told.capabilities, {capability})) ++result.judged;
  for (const Question& question : all_questions(input.trace))
    if (question.method() == method && !declares(question.capabilities, {capability}))
      blame(result, input.severity, "method",
            "no " + std::string(method) + " for a client that did not declare " + std::string(capability),
            shortened(serialize(*question.request), 120), question.received->exchange);
  return result;
}

JudgeResult judge_undeclared_elicitation(const JudgeInput& input) {
  return judge_undeclared(input, "elicitation/create", "elicitation");
}
JudgeResult judge_undeclared_sampling(const JudgeInput& input) {
  return judge_undeclared(input, "sampling/createMessage", "sampling");
}
JudgeResult judge_undeclared_roots(const JudgeInput& input) { return judge_undeclared(input, "roots/list", "roots"); }

using AskedJudge = void (*)(const JudgeInput&, const Question&, JudgeResult&);

// Questions of this method, in revisions that the check is about.
JudgeResult judge_each(const JudgeInput& input, std::string_view method, const char* nothing, AskedJudge look) {
  JudgeResult result = nothing_seen(nothing);
  for (const Question& question : all_questions(input.trace))
    if (question.method() == method && input.check.binds(question.revision, TransportKind::streamable_http))
      look(input, question, result);
  return result;
}

// client/elicitation#capabilities: an empty object means forms.
JudgeResult judge_undeclared_mode(const JudgeInput& input) {
  return judge_each(input, "elicitation/create", "no client with one mode only was asked",
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      if (!declares(question.capabilities, {"elicitation"})) return;
                      const json& known = part_at(*question.capabilities, {"elicitation"});
                      const bool url = known.contains("url"), form = known.contains("form") || known.empty();
                      if (url && form) return;
                      ++result.judged;
                      if (question.is_url() ? url : form) return;
                      blame(
                          result, in.severity, "params.mode",
                          url ? "url, which is all that the client knows" : "form, which is all that the client knows",
                          question.is_url() ? "url" : "form", question.received->exchange);
                    });
}

constexpr const char* kNoSampling = "no sampling was asked of a client without that part of the capability";

JudgeResult judge_undeclared_tools(const JudgeInput& input) {
  return judge_each(input, "sampling/createMessage", kNoSampling,
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      if (declares(question.capabilities, {"sampling", "tools"})) return;
                      ++result.judged;
                      for (const char* name : {"tools", "toolChoice"})
                        if (const json& given = part_at(question.params(), {name}); !given.is_null())
                          blame(result, in.severity, std::string("params.") + name,
                                "nothing: the client did not declare sampling.tools", shortened(serialize(given), 80),
                                question.received->exchange);
                    });
}

JudgeResult judge_undeclared_context(const JudgeInput& input) {
  return judge_each(input, "sampling/createMessage", kNoSampling,
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      if (declares(question.capabilities, {"sampling", "context"})) return;
                      ++result.judged;
                      const std::string_view wish = string_member(question.params(), "includeContext");
                      if (!wish.empty() && wish != "none")
                        blame(result, in.severity, "params.includeContext",
                              "none, or nothing: the client did not declare sampling.context", std::string(wish),
                              question.received->exchange);
                    });
}

using TextVisitor = std::function<void(const std::string& path, const std::string& text, bool is_name)>;

// What a form shows to the user, and the names of its fields.
void each_text(const json& params, const TextVisitor& visit) {
  const auto show = [&](const json& holder, const char* name, const std::string& path) {
    if (const json& text = part_at(holder, {name}); text.is_string()) visit(path + name, text, false);
  };
  show(params, "message", "params.");
  const json& fields = part_at(params, {"requestedSchema", "properties"});
  if (!fields.is_object()) return;
  for (const auto& [name, field] : fields.items()) {
    const std::string path = "params.requestedSchema.properties." + name + ".";
    visit(path, name, true);
    show(field, "title", path);
    show(field, "description", path);
  }
}

// client/elicitation#security-considerations. A name proves nothing, so the check that uses this is no must.
JudgeResult judge_form_secrets(const JudgeInput& input) {
  return judge_each(input, "elicitation/create", "no form was seen",
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      if (question.is_url()) return;
                      ++result.judged;
                      each_text(question.params(), [&](const std::string& path, const std::string& text, bool is_name) {
                        // A sentence may well say what not to enter.
                        if (is_name ? asks_for_a_secret(text) : path.ends_with(".title") && asks_for_a_secret(text))
                          blame(result, in.severity, path, "nothing secret in a form", shortened(text, 60),
                                question.received->exchange);
                      });
                    });
}

JudgeResult judge_form_links(const JudgeInput& input) {
  return judge_each(input, "elicitation/create", "no form was seen",
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      if (question.is_url()) return;
                      ++result.judged;
                      each_text(question.params(), [&](const std::string& path, const std::string& text, bool) {
                        if (lower_case(text).find("https://") != std::string::npos ||
                            lower_case(text).find("http://") != std::string::npos)
                          blame(result, in.severity, path, "no URL to click on in a form", shortened(text, 100),
                                question.received->exchange);
                      });
                    });
}

// http is fine where nobody else listens.
bool is_secure(std::string_view url) { return lower_case(split_url(url).scheme) == "https" || is_loopback(url); }

JudgeResult judge_url_secure(const JudgeInput& input) {
  return judge_each(input, "elicitation/create", "no URL was seen",
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      const std::string_view url = string_member(question.params(), "url");
                      if (!question.is_url() || url.empty()) return;
                      ++result.judged;
                      if (!is_secure(url) && url.find(':') != url.npos)
                        blame(result, in.severity, "params.url", "an https URL", shortened(url, 120),
                              question.received->exchange);
                    });
}

// What stands beside the host: an address of a person, a password, or a parameter that is named like a secret.
std::string what_is_private(std::string_view url) {
  const UrlParts parts = split_url(url);
  if (!parts.has_authority) return "";
  if (parts.user_info.data() != nullptr) return "a user name before the host";
  const std::size_t question = url.find('?');  // a fragment behind it may be seen by others as well
  const std::string_view query = question == url.npos ? std::string_view() : url.substr(question + 1);
  if (query.find('@') != query.npos || lower_case(query).find("%40") != std::string::npos) return "an e-mail address";
  for (std::size_t from = 0; from < query.size();) {
    const std::size_t end = std::min(query.find('&', from), query.size());
    const std::string_view name = query.substr(from, std::min(query.find('=', from), end) - from);
    if (asks_for_a_secret(name)) return "the parameter " + std::string(name);
    from = end + 1;
  }
  return "";
}

JudgeResult judge_url_private(const JudgeInput& input) {
  return judge_each(
      input, "elicitation/create", "no URL was seen",
      [](const JudgeInput& in, const Question& question, JudgeResult& result) {
        if (!question.is_url()) return;
        ++result.judged;
        if (const std::string found = what_is_private(string_member(question.params(), "url")); !found.empty())
          blame(result, in.severity, "params.url", "nothing about the user", found, question.received->exchange);
      });
}

bool is_block(const json& block, const char* type) { return string_member(block, "type") == type; }

std::vector<const json*> blocks_of(const json& message) {
  std::vector<const json*> blocks;
  const json& content = part_at(message, {"content"});
  if (content.is_object()) blocks.push_back(&content);
  if (content.is_array())
    for (const json& block : content) blocks.push_back(&block);
  return blocks;
}

// client/sampling#tool-result-messages
JudgeResult judge_tool_results_alone(const JudgeInput& input) {
  return judge_each(input, "sampling/createMessage", "no message with results of tools was seen",
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      for (const json& message : part_at(question.params(), {"messages"})) {
                        const std::vector<const json*> blocks = blocks_of(message);
                        const auto results = std::count_if(blocks.begin(), blocks.end(), [](const json* block) {
                          return is_block(*block, "tool_result");
                        });
                        if (results == 0) continue;
                        ++result.judged;
                        if (static_cast<std::size_t>(results) != blocks.size())
                          blame(result, in.severity, "params.messages", "results of tools, and nothing beside them",
                                shortened(serialize(message), 160), question.received->exchange);
                      }
                    });
}

std::multiset<std::string> ids_of(const json& message, const char* type, const char* name) {
  std::multiset<std::string> ids;
  for (const json* block : blocks_of(message))
    if (is_block(*block, type)) ids.insert(std::string(string_member(*block, name)));
  return ids;
}

// client/sampling#tool-use-and-result-balance
JudgeResult judge_tool_uses_answered(const JudgeInput& input) {
  return judge_each(input, "sampling/createMessage", "no message with the use of tools was seen",
                    [](const JudgeInput& in, const Question& question, JudgeResult& result) {
                      const json& messages = part_at(question.params(), {"messages"});
                      for (std::size_t i = 0; messages.is_array() && i < messages.size(); ++i) {
                        const auto uses = ids_of(messages[i], "tool_use", "id");
                        if (uses.empty()) continue;
                        ++result.judged;
                        const json next = i + 1 < messages.size() ? messages[i + 1] : json();
                        if (string_member(next, "role") != "user" || ids_of(next, "tool_result", "toolUseId") != uses)
                          blame(result, in.severity, "params.messages[" + std::to_string(i + 1) + "]",
                                "a result for each use of a tool, and for nothing else",
                                shortened(serialize(next), 160), question.received->exchange);
                      }
                    });
}

constexpr NamedJudge kQuestionJudges[] = {{"undeclared-elicitation", judge_undeclared_elicitation},
                                          {"undeclared-sampling", judge_undeclared_sampling},
                                          {"undeclared-roots", judge_undeclared_roots},
                                          {"undeclared-mode", judge_undeclared_mode},
                                          {"undeclared-tools", judge_undeclared_tools},
                                          {"undeclared-context", judge_undeclared_context},
                                          {"form-secrets", judge_form_secrets},
                                          {"form-links", judge_form_links},
                                          {"url-secure", judge_url_secure},
                                          {"url-private", judge_url_private},
                                          {"tool-results-alone", judge_tool_results_alone},
                                          {"tool-uses-answered", judge_tool_uses_answered}};

}  // namespace

std::span<const NamedJudge> question_judges() { return kQuestionJudges; }

}  // namespace mcplumb

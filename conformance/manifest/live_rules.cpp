// What a file says, held against the server that runs.
#include "client/jsonrpc/message.hpp"
#include "conformance/manifest/rules.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

const json* named(const json& list, std::string_view name) {
  for (const json& each : list)
    if (string_member(each, "name") == name) return &each;
  return nullptr;
}

const json& declared(const Manifest& manifest, const char* name) {
  static const json kNone = json::array();
  const json* list = member(manifest.document, name);
  return list != nullptr && list->is_array() ? *list : kNone;
}

void look_for_tools(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.live || !manifest.live->tools.is_array()) return;
  for (const json& tool : declared(manifest, "tools")) {
    const std::string name(string_member(tool, "name"));
    if (name.empty()) continue;
    found.saw();
    if (named(manifest.live->tools, name) == nullptr)
      found.blame("tools", "tools that the server has", shown(json(name)));
  }
}

void look_for_more_tools(const Manifest& manifest, ManifestLook& found) {
  const json* generated = member(manifest.document, "tools_generated");
  const json& tools = declared(manifest, "tools");
  if (!manifest.live || !manifest.live->tools.is_array() || tools.empty() ||
      (generated != nullptr && *generated == true))
    return;
  found.saw();
  for (const json& tool : manifest.live->tools)
    if (const std::string name(string_member(tool, "name")); named(tools, name) == nullptr)
      found.blame("tools", "all tools of the server, or tools_generated", shown(json(name)) + " is not there");
}

void look_for_prompts(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.live || !manifest.live->prompts.is_array()) return;
  for (const json& prompt : declared(manifest, "prompts")) {
    const std::string name(string_member(prompt, "name"));
    const json* live = named(manifest.live->prompts, name);
    found.saw();
    if (live == nullptr) {
      found.blame("prompts", "prompts that the server has", shown(json(name)));
      continue;
    }
    const json* arguments = member(*live, "arguments");
    const json* wanted = member(prompt, "arguments");
    if (wanted == nullptr || !wanted->is_array()) continue;
    for (const json& argument : *wanted)
      if (argument.is_string() && (arguments == nullptr || named(*arguments, argument.get<std::string>()) == nullptr))
        found.blame("prompts", "arguments that the prompt " + name + " has", shown(argument));
  }
}

// Under _meta, by whoever packed the bundle: answers that a host shows before the server runs.
void look_at_static_answers(const Manifest& manifest, ManifestLook& found) {
  const json* meta = member(manifest.document, "_meta");
  if (meta == nullptr || !meta->is_object() || !manifest.live || !manifest.live->tools.is_array()) return;
  for (const auto& [key, value] : meta->items()) {
    const json* answers = value.is_object() ? member(value, "static_responses") : nullptr;
    const json* list = answers != nullptr ? member(*answers, "tools/list") : nullptr;
    const json* tools = list != nullptr ? member(*list, "tools") : nullptr;
    if (tools == nullptr || !tools->is_array()) continue;
    found.saw();
    for (const json& tool : *tools) {
      const json* live = named(manifest.live->tools, string_member(tool, "name"));
      if (live == nullptr || *live != tool)
        found.blame("_meta." + key + ".static_responses", "the tools as the server lists them",
                    shown(tool.value("name", json())) + " differs");
    }
  }
}

// The remote whose URL was tested.
template <class Visit>
void each_tested_remote(const Manifest& manifest, Visit&& visit) {
  if (!manifest.live || manifest.live->target.empty()) return;
  const json& remotes = declared(manifest, "remotes");
  for (std::size_t i = 0; i < remotes.size(); ++i)
    if (string_member(remotes[i], "url") == manifest.live->target)
      visit(remotes[i], "remotes[" + std::to_string(i) + "]");
}

void look_whether_reached(const Manifest& manifest, ManifestLook& found) {
  each_tested_remote(manifest, [&](const json& remote, const std::string& at) {
    found.saw();
    if (!manifest.live->reached && !manifest.live->asks_to_sign_in)
      found.blame(at + ".url", "a server that answers", shown(remote["url"]) + " does not, from here");
  });
}

void look_at_remote_type(const Manifest& manifest, ManifestLook& found) {
  each_tested_remote(manifest, [&](const json& remote, const std::string& at) {
    if (!manifest.live->reached) return;
    found.saw();
    const std::string type(string_member(remote, "type")),
        spoken = manifest.live->transport == "http-sse" ? "sse" : manifest.live->transport;
    if (type != spoken) found.blame(at + ".type", shown(json(spoken)) + ", which the server speaks", shown(json(type)));
  });
}

// A member of the file that has to be what the server says of itself, if both say it.
void look_at_same(const Manifest& manifest, ManifestLook& found, const char* name, std::string LiveServer::*said) {
  const std::string written(string_member(manifest.document, name));
  if (!manifest.live || (*manifest.live.*said).empty() || written.empty()) return;
  found.saw();
  if (*manifest.live.*said != written)
    found.blame(name, shown(json(*manifest.live.*said)) + ", as the server says", shown(json(written)));
}

void look_at_version(const Manifest& manifest, ManifestLook& found) {
  look_at_same(manifest, found, "version", &LiveServer::version);
}

void look_at_titles(const Manifest& manifest, ManifestLook& found) {
  look_at_same(manifest, found, "title", &LiveServer::title);
}

void look_at_names(const Manifest& manifest, ManifestLook& found) {
  const std::string name(string_member(manifest.document, "name"));
  if (!manifest.live || manifest.live->name.empty() || name.empty()) return;
  found.saw();
  if (manifest.live->name != name && manifest.live->name != name.substr(name.find('/') + 1))
    found.blame("name", shown(json(manifest.live->name)) + ", as the server says", shown(json(name)));
}

void look_at_revisions(const Manifest& manifest, ManifestLook& found) {
  each_tested_remote(manifest, [&](const json& remote, const std::string& at) {
    const json* versions = member(remote, "supportedProtocolVersions");
    if (versions == nullptr || !versions->is_array() || manifest.live->revision.empty()) return;
    found.saw();
    if (std::find(versions->begin(), versions->end(), manifest.live->revision) == versions->end())
      found.blame(at + ".supportedProtocolVersions", shown(json(manifest.live->revision)) + ", which the server speaks",
                  shown(*versions));
  });
}

constexpr ManifestRule kLiveRules[] = {
    {"live-tools", look_for_tools},         {"live-more-tools", look_for_more_tools},
    {"live-prompts", look_for_prompts},     {"live-static-answers", look_at_static_answers},
    {"live-reached", look_whether_reached}, {"live-type", look_at_remote_type},
    {"live-version", look_at_version},      {"live-name", look_at_names},
    {"live-title", look_at_titles},         {"live-revisions", look_at_revisions}};

}  // namespace

std::span<const ManifestRule> live_rules() { return kLiveRules; }

}  // namespace mcplumb

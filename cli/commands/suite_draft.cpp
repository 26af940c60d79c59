#include "cli/commands/suite_draft.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"
#include "client/transport/era.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

// A text in double quotes. JSON is valid in a suite; what YAML would refuse is escaped, and ${ would name a variable.
std::string in_quotes(std::string_view text) {
  std::string shown = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  for (const auto& [raw, escape] :
       {std::pair{"\xe2\x80\xa8", "\\u2028"}, {"\xe2\x80\xa9", "\\u2029"}, {"\xef\xbb\xbf", "\\ufeff"}})
    for (std::size_t at = 0; (at = shown.find(raw, at)) != std::string::npos;) shown.replace(at, 3, escape);
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto byte = static_cast<unsigned char>(shown[i]);
    const auto next = i + 1 < shown.size() ? static_cast<unsigned char>(shown[i + 1]) : 0U;
    if (byte == '$' && next == '{') out += '$';
    if (byte == 0x7F) {
      out += "\\u007f";
    } else if (byte == 0xC2 && next < 0xA0) {  // C1 controls
      static constexpr char kHex[] = "0123456789abcdef";
      out += std::string("\\u00") + kHex[next >> 4] + kHex[next & 15];
      ++i;
    } else {
      out += shown[i];
    }
  }
  return out;
}

// Small letters, digits and dashes, for an id.
std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) != 0)
      out += static_cast<char>(std::tolower(byte));
    else if (!out.empty() && !out.ends_with('-'))
      out += '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out.substr(0, 60);
}

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + in_quotes(word);
  return "[" + text + "]";
}

std::vector<std::string> keys_of(const json* object) {
  std::vector<std::string> keys;
  if (object != nullptr && object->is_object())
    for (const auto& [key, unused] : object->items())
      if (!key.empty()) keys.push_back(key);
  return keys;
}

std::vector<std::string> texts_of(const json* list) {
  std::vector<std::string> texts;
  if (list != nullptr && list->is_array())
    for (const json& each : *list)
      if (each.is_string()) texts.push_back(each.get<std::string>());
  return texts;
}

class Draft {
 public:
  Draft(const Offer& offer, std::string target, std::string file)
      : offer_(offer), target_(std::move(target)), file_(std::move(file)) {
    if (const json* info = server_info(offer.server)) {
      name_ = string_member(*info, "name");
      version_ = string_member(*info, "version");
    }
    id_ = slug(name_);
    // What would be no text in a suite: `null`, `12`.
    if (id_.empty() || id_ == "null" || id_ == "true" || id_ == "false" ||
        std::isdigit(static_cast<unsigned char>(id_[0])) != 0)
      id_ = "server" + (id_.empty() ? "" : "-" + id_);
  }

  std::string write() {
    head();
    introduction();
    for (const json& tool : offer_.tools) tool_check(tool);
    for (const json& prompt : offer_.prompts) prompt_check(prompt);
    if (offer_.has_resources) resource_checks();
    suggestions();
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }

  void head() {
    line("# What " + printable(shortened(name_, 60)) +
         " promises to its clients, drafted by `mcplumb init` from what it offered.");
    line("# Keep what your clients rely on, delete the rest, add your own. The language: docs/suite-language.md");
    line("#");
    line("#   mcplumb check --suite " + file_ + " " + target_);
    line("");
    line("suite: " + id_);
    line("title: " + in_quotes("What " + shortened(name_, 60) + " promises"));
    line("");
    line("checks:");
  }

  void begin(const std::string& id, const std::string& title, const std::string& cure) {
    std::string unique = id_ + "." + id;
    for (int i = 2; !taken_.insert(unique).second; ++i) unique = id_ + "." + id + "-" + std::to_string(i);
    line("  - id: " + unique);
    line("    title: " + in_quotes(title));
    line("    level: must");
    line("    cure: " + in_quotes(cure));
  }

  void introduction() {
    begin("introduction", "The server introduces itself and declares what it can do",
          "Clients look at the name and the capabilities; announce a change.");
    line("    steps:");
    const bool stateless = era_of(offer_.revision) == Era::stateless;
    line("      - request: {method: " + std::string(stateless ? "server/discover" : "ping") + "}");
    line("        expect:");
    line("          server.info.name: {equals: " + in_quotes(name_) + "}");
    if (!version_.empty()) line("          # server.info.version: {equals: " + in_quotes(version_) + "}");
    for (const std::string& capability : keys_of(member(offer_.server, "capabilities")))
      line("          server.capabilities[" + in_quotes(capability) + "]: {present: true}");
    line("        # How fast it must be is yours to say; `prefer` warns, `expect` fails.");
    line("        prefer: {timing.response-ms: {max: 2000}}");
    line("");
  }

  void tool_check(const json& tool) {
    const std::string name(string_member(tool, "name"));
    const json* schema = member(tool, "inputSchema");
    const auto properties = keys_of(schema != nullptr ? member(*schema, "properties") : nullptr);
    const auto required = texts_of(schema != nullptr ? member(*schema, "required") : nullptr);
    begin("tool." + (slug(name).empty() ? "unnamed" : slug(name)),
          "The tool " + shortened(name, 80) + " takes what it took before",
          "Renaming a tool, dropping an argument or demanding a new one breaks those who call it.");
    line("    needs: [\"cap:tools\"]");
    line("    steps:");
    line("      - pages: {method: tools/list}");
    line("        expect:");
    line("          items:");
    line("            some:");
    line("              fields:");
    line("                name: {equals: " + in_quotes(name) + "}");
    line("                inputSchema:");
    line("                  fields:");
    line("                    type: object");
    if (!properties.empty()) line("                    properties: {has: " + list_of(properties) + "}");
    if (required.empty()) {
      line("                    \"required?\": {size: 0}");
    } else {
      std::string all;
      for (const std::string& each : required)
        all += (all.empty() ? "" : ", ") + ("{contains: " + in_quotes(each) + "}");
      line("                    required: {size: " + std::to_string(required.size()) + ", all-of: [" + all + "]}");
    }
    line("");
  }

  void prompt_check(const json& prompt) {
    const std::string name(string_member(prompt, "name"));
    begin("prompt." + (slug(name).empty() ? "unnamed" : slug(name)), "The prompt " + shortened(name, 80) + " is there",
          "Renaming a prompt or dropping an argument breaks those who use it.");
    line("    needs: [\"cap:prompts\"]");
    line("    steps:");
    line("      - pages: {method: prompts/list}");
    line("        expect:");
    line("          items:");
    line("            some:");
    line("              fields:");
    line("                name: {equals: " + in_quotes(name) + "}");
    std::string arguments;
    if (const json* list = member(prompt, "arguments"); list != nullptr && list->is_array())
      for (const json& each : *list)
        if (const std::string_view argument = string_member(each, "name"); !argument.empty())
          arguments +=
              (arguments.empty() ? "" : ", ") + ("{some: {fields: {name: {equals: " + in_quotes(argument) + "}}}}");
    if (!arguments.empty()) line("                arguments: {all-of: [" + arguments + "]}");
    line("");
  }

  void resource_checks() {
    begin("resources", "Every resource has a URI and a name", "Give each resource a URI and a name.");
    line("    needs: [\"cap:resources\"]");
    line("    steps:");
    line("      - pages: {method: resources/list}");
    line("        expect: {items: {each: {fields: {uri: {type: string}, name: {type: string}}}}}");
    line("");
    for (const json& each : offer_.templates) {
      const std::string text(string_member(each, "uriTemplate"));
      if (text.empty()) continue;
      begin("template." + (slug(text).empty() ? "unnamed" : slug(text)),
            "The resource template " + shortened(text, 80) + " is there",
            "Changing a template breaks those who fill it in.");
      line("    needs: [\"cap:resources\"]");
      line("    steps:");
      line("      - pages: {method: resources/templates/list}");
      line("        expect: {items: {some: {fields: {uriTemplate: {equals: " + in_quotes(text) + "}}}}}");
      line("");
    }
  }

  // Nothing is called unless the user says so, so calls are only drafted.
  void suggestions() {
    const std::string tool = offer_.tools.empty() ? "NAME" : std::string(string_member(offer_.tools[0], "name"));
    line(
        "  # Results of tools are checked like this. Give the arguments, remove the #, and allow the tool on the "
        "command");
    line("  # line: --tool " + printable("example=" + shortened(tool, 60)));
    line("  #");
    line("  # - id: " + id_ + ".call");
    line("  #   title: The tool answers");
    line("  #   level: must");
    line("  #   needs: [\"role:example\"]");
    line("  #   steps:");
    line("  #     - call: {role: example, arguments: {}}");
    line("  #       expect: {result.isError: {not: {equals: true}}, result.content: {size: {min: 1}}}");
  }

  const Offer& offer_;
  std::string target_, file_, name_, version_, id_, out_;
  std::set<std::string> taken_;
};

}  // namespace

std::string suite_draft(const Offer& offer, const std::string& target, const std::string& file) {
  return Draft(offer, target, file).write();
}

}  // namespace mcplumb::cli

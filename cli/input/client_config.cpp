#include "cli/input/client_config.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "cli/input/json_text.hpp"
#include "cli/input/usage.hpp"
#include "client/http/headers.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;
using Keys = std::vector<std::string>;

constexpr std::array<std::string_view, 7> kEntryKeys = {"command", "args", "env", "cwd", "url", "headers", "type"};

struct TypeWord {
  std::string_view word;
  TransportKind transport;
};
constexpr std::array<TypeWord, 6> kTypes = {{{"stdio", TransportKind::stdio},
                                             {"http", TransportKind::streamable_http},
                                             {"streamable-http", TransportKind::streamable_http},
                                             {"streamableHttp", TransportKind::streamable_http},
                                             {"streamable_http", TransportKind::streamable_http},
                                             {"sse", TransportKind::http_sse}}};

bool is_name_of_variable(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

class ConfigReader {
 public:
  ConfigReader(std::string text, const std::string& file) : text_(std::move(text), file) {}

  Target read(const std::string& wanted) {
    const auto& [list_key, servers] = server_list();
    const std::string name = choose(list_key, servers, wanted);
    at_ = {list_key, name};
    const json& entry = servers[name];
    if (!entry.is_object()) mistake("the server " + shown(name) + " must be an object");
    if (entry.value("disabled", json(false)) == json(true)) mistake("the server " + shown(name) + " is disabled");
    Target target;
    read_type(entry, target);
    if (entry.contains("command") == entry.contains("url")) refuse_kind(entry, name);
    if (entry.contains("command")) read_command(entry, target);
    if (entry.contains("url")) read_url(entry, target);
    return target;
  }

 private:
  static std::string shown(const std::string& name) { return "\"" + printable(name) + "\""; }

  [[noreturn]] void mistake(const std::string& what, const Keys& below = {}) const {
    Keys keys = at_;
    keys.insert(keys.end(), below.begin(), below.end());
    throw UsageError(text_.place(keys) + ": error: " + what);
  }

  std::pair<std::string, const json&> server_list() const {
    const json& root = text_.value();
    if (!root.is_object()) mistake("the file must hold an object with `mcpServers`");
    for (const char* key : {"mcpServers", "servers"}) {
      const auto found = root.find(key);
      if (found == root.end()) continue;
      if (!found->is_object()) mistake(std::string("`") + key + "` must be an object of servers by name", {key});
      if (found->empty()) mistake(std::string("`") + key + "` names no server", {key});
      return {key, *found};
    }
    Keys keys;
    for (const auto& [key, value] : root.items()) keys.push_back(key);
    const std::string_view like = closest("mcpServers", keys);
    mistake("the file has no `mcpServers`" + (like.empty() ? "" : "; did you mean it by `" + printable(like) + "`?"),
            {std::string(like)});
  }

  std::string choose(const std::string& list_key, const json& servers, const std::string& wanted) const {
    Keys names;
    std::string list;
    for (const auto& [name, entry] : servers.items()) {
      names.push_back(name);
      list += (list.empty() ? "" : ", ") + printable(name);
    }
    if (wanted.empty() && names.size() == 1) return names[0];
    if (wanted.empty())
      mistake("the file names " + std::to_string(names.size()) + " servers; choose one with --server: " + list,
              {list_key});
    if (servers.contains(wanted)) return wanted;
    const std::string_view like = closest(wanted, names);
    mistake("the file names no server " + shown(wanted) +
                (like.empty() ? "" : "; did you mean " + shown(std::string(like)) + "?") + " It has: " + list,
            {list_key});
  }

  void read_type(const json& entry, Target& target) const {
    const auto found = entry.find("type");
    if (found == entry.end()) return;
    const std::string word = text(*found, {"type"});
    for (const TypeWord& known : kTypes)
      if (known.word == word) target.transport = known.transport;
    if (target.transport) return;
    const bool is_word = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == word.npos && word.size() <= 20;
    mistake("the type " + (is_word ? shown(word) + " " : "") + "is none of stdio, http, streamable-http and sse",
            {"type"});
  }

  [[noreturn]] void refuse_kind(const json& entry, const std::string& name) const {
    if (entry.contains("command")) mistake("the server " + shown(name) + " has both `command` and `url`", {"url"});
    for (const auto& [key, value] : entry.items()) {
      const std::string_view like = closest(key, Words(kEntryKeys));
      if (!like.empty() && like != key && !entry.contains(like))
        mistake("the server " + shown(name) + " has neither `command` nor `url`; did you mean `" + std::string(like) +
                    "` by `" + printable(key) + "`?",
                {key});
    }
    mistake("the server " + shown(name) + " has neither `command` nor `url`");
  }

  void read_command(const json& entry, Target& target) const {
    if (target.transport && has_http(*target.transport))
      mistake("a server with a `command` has the type stdio", {"type"});
    target.command = {text(entry["command"], {"command"})};
    if (target.command[0].empty()) mistake("`command` is empty", {"command"});
    if (const auto args = entry.find("args"); args != entry.end()) {
      if (!args->is_array()) mistake("`args` must be a list of texts", {"args"});
      for (std::size_t i = 0; i < args->size(); ++i)
        target.command.push_back(text((*args)[i], {"args", std::to_string(i)}));
    }
    if (const auto folder = entry.find("cwd"); folder != entry.end()) target.directory = text(*folder, {"cwd"});
    target.environment = pairs(entry, "env");
  }

  void read_url(const json& entry, Target& target) const {
    if (target.transport && !has_http(*target.transport))
      mistake("a server with a `url` cannot have the type stdio", {"type"});
    target.url = text(entry["url"], {"url"});
    if (const std::string problem = url_problem(target.url); !problem.empty())
      mistake("`url` is not an http or https URL that can be asked: " + problem, {"url"});
    for (auto& [name, value] : pairs(entry, "headers")) {
      const Header header{name, value};
      if (const std::string problem = header_problem(header); !problem.empty())
        mistake("this is not a header that could be sent: " + problem, {"headers", name});
      target.headers.push_back(header);
    }
  }

  std::vector<std::pair<std::string, std::string>> pairs(const json& entry, const std::string& key) const {
    std::vector<std::pair<std::string, std::string>> found;
    const auto map = entry.find(key);
    if (map == entry.end()) return found;
    if (!map->is_object()) mistake("`" + key + "` must be an object of texts", {key});
    for (const auto& [name, value] : map->items()) {
      found.emplace_back(name, text(value, {key, name}));
      if (key == "env" && !may_name_variable(name))
        mistake("this cannot be the name of an environment variable: it is empty or holds `=`", {key, name});
    }
    return found;
  }

  // A text with its variables replaced.
  std::string text(const json& value, const Keys& below) const {
    if (!value.is_string())
      mistake("`" + printable(below.front()) + "` must be text here, not " + value.type_name(), below);
    const std::string raw = value.get<std::string>();
    std::string out;
    for (std::size_t i = 0; i < raw.size();) {
      const std::size_t end = raw.compare(i, 2, "${") == 0 ? raw.find('}', i) : std::string::npos;
      if (end == std::string::npos) {
        out += raw[i++];
        continue;
      }
      out += variable(raw.substr(i + 2, end - i - 2), below);
      i = end + 1;
    }
    if (out.find('\0') != out.npos)
      mistake("this text holds a NUL character (\\u0000), behind which no program would see the rest; take it out",
              below);
    return out;
  }

  std::string variable(std::string name, const Keys& below) const {
    if (name.starts_with("env:")) name.erase(0, 4);
    const std::size_t otherwise = name.find(":-");
    const std::string variable = name.substr(0, otherwise);
    if (variable.find(':') != std::string::npos)
      mistake("${" + printable(variable) + "} is known to the host only; put its value there, or use ${env:NAME}",
              below);
    if (!is_name_of_variable(variable))
      mistake("what stands in ${…} is no name of an environment variable, which has letters, digits and _ only", below);
    if (const char* value = std::getenv(variable.c_str())) return value;
    if (otherwise != std::string::npos) return name.substr(otherwise + 2);
    mistake("the environment variable " + printable(variable) + " is not set; set it, or give it a value by ${" +
                printable(variable) + ":-value}",
            below);
  }

  JsonText text_;
  Keys at_;
};

}  // namespace

Target read_client_config(std::string text, const std::string& file, const std::string& server) {
  return ConfigReader(std::move(text), file).read(server);
}

}  // namespace mcplumb::cli

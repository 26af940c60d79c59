// Parts of a document, for the rules. Private to them.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {

inline std::string text_at(const nlohmann::json& value, std::initializer_list<std::string_view> names) {
  const nlohmann::json& found = part_at(value, names);
  return found.is_string() ? found.get<std::string>() : "";
}

inline std::string without_dot(std::string path) {
  const std::string begin = "${__dirname}/";
  if (path.starts_with(begin)) path.erase(0, begin.size());
  if (path.starts_with("./")) path.erase(0, 2);
  return path;
}

inline const nlohmann::json& list_at(const nlohmann::json& value, std::string_view name) {
  static const nlohmann::json kNone = nlohmann::json::array();
  const nlohmann::json* list = member(value, name);
  return list != nullptr && list->is_array() ? *list : kNone;
}

inline std::string place(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

// Each object of a list, with its place.
template <class Visit>
void each_in(const nlohmann::json& value, std::string_view name, const std::string& base, Visit&& visit) {
  const nlohmann::json& list = list_at(value, name);
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].is_object()) visit(list[i], (base.empty() ? "" : base + ".") + place(name, i));
}

// Every text below `value`, with its place.
inline void each_text(const nlohmann::json& value, const std::string& at,
                      const std::function<void(const std::string&, const std::string&)>& visit) {
  if (value.is_string()) return visit(value.get<std::string>(), at);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) each_text(value[i], at + "[" + std::to_string(i) + "]", visit);
  if (value.is_object())
    for (const auto& [key, each] : value.items()) each_text(each, at + "." + key, visit);
}

}  // namespace mcplumb

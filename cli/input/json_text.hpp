// A JSON file that a person wrote, with the places of its values: for messages that say where a mistake is.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/language/diagnostic.hpp"
#include "conformance/language/node.hpp"

namespace mcplumb::cli {

// Comments (// and /* */) and a comma behind the last element are read over, as editors and hosts do.
class JsonText {
 public:
  // Throws UsageError with "file:line:col" if it is no JSON. `file` is for messages. The message quotes nothing: such
  // files hold secrets.
  JsonText(std::string text, std::string file);

  const nlohmann::json& value() const { return value_; }
  // "file:line:col" of the value under these keys (or as far as they lead).
  std::string place(const std::vector<std::string>& keys) const;

 private:
  [[noreturn]] void refuse_double(const std::string& key, const std::vector<Diagnostic>& found) const;

  std::string file_;
  nlohmann::json value_;
  std::optional<Node> places_;
};

}  // namespace mcplumb::cli

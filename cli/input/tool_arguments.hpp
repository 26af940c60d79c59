// The arguments of a tool or a prompt, from the words of a command line: typed by the tool's schema where there is one.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mcplumb::cli {

// The words are `{json}` or `@FILE` (all arguments at once), or any number of `name=value`, `name=@FILE` and
// `name:=json`. `-` stands for stdin.
class ArgumentWords {
 public:
  // Reads the files, too. Throws UsageError.
  explicit ArgumentWords(const std::vector<std::string>& words);

  // A value has the type that `schema` gives its property: 5 is a number where a number is asked for. What no type is
  // known for is JSON if it can be read as such, else text. A name given again makes a list, where the schema has one.
  // Throws UsageError.
  nlohmann::json typed(const nlohmann::json& schema) const;
  nlohmann::json as_text() const;  // every value as text, as prompts have them

 private:
  struct Word {
    std::string name, text;
    bool is_json = false, is_file = false;
  };
  std::vector<Word> words_;
  nlohmann::json whole_;  // null unless all arguments came at once
};

}  // namespace mcplumb::cli

// One check of one instance: walks schema and instance together. Private to conformance/schema.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "conformance/schema/regex.hpp"
#include "conformance/schema/store.hpp"

namespace mcplumb::schema {

// Compiled once for each expression. Absent: it is no regular expression.
using Regexes = std::unordered_map<std::string, std::optional<Regex>>;

class Evaluator {
 public:
  Evaluator(Store& store, Regexes& regexes, const Options& options)
      : store_(store), regexes_(regexes), options_(options) {}
  Verdict run(const nlohmann::json& schema, const nlohmann::json& instance);

 private:
  using json = nlohmann::json;

  // The way from the instance's root, as a list upwards; it lives on the stack.
  struct Path {
    const Path* up = nullptr;
    const std::string* key = nullptr;  // null: an element of an array
    std::size_t index = 0;
  };
  // Which properties and elements were evaluated, for unevaluatedProperties and unevaluatedItems.
  struct Seen {
    std::vector<const std::string*> properties;  // addresses of keys of the instance
    std::vector<std::size_t> items;
    std::size_t first_items = 0;
    bool all_properties = false, all_items = false;
    void merge(const Seen& other);
  };
  struct Frame {
    const json& schema;
    const json& instance;
    const Path* at;
    const Place& place;
    const Dialect& dialect;
    Seen* seen;  // null: nobody asks
    bool ok = true;
  };
  using Handler = void (Evaluator::*)(Frame&, const json&);
  struct Keyword {
    Handler handler;
    enum class Group { core, applicator, validation, unevaluated } group;
    Draft first = Draft::draft6, last = Draft::draft2020_12;
  };
  static const std::unordered_map<std::string_view, Keyword>& keywords();

  bool evaluate(const json& schema, const json& instance, const Path* at, Seen* seen);
  bool evaluate_object(Frame& frame);
  void apply(Frame& frame, const std::string& keyword, const json& value);
  // The same for an alternative: what is wrong goes into `why`, or nowhere.
  bool fits(const json& schema, const json& instance, const Path* at, Seen* seen, std::vector<Problem>* why = nullptr);
  bool in_place(Frame& frame, const json& schema);  // a subschema for the same instance; what it saw is merged
  void problem(Frame& frame, const std::string& keyword, const std::string& what);
  void give_up(std::string why);
  bool spend(std::size_t steps);
  bool is_stopped() const;
  std::optional<bool> matches(const std::string& expression, std::string_view text);
  static std::string pointer_to(const Path* at);
  std::string shown(const json& value) const;

  // evaluator.cpp
  void reference(Frame&, const json&);
  void dynamic_reference(Frame&, const json&);
  void recursive_reference(Frame&, const json&);
  void go(Frame&, const Target& target);
  // evaluate_logic.cpp
  void all_of(Frame&, const json&);
  void any_of(Frame&, const json&);
  void one_of(Frame&, const json&);
  void negation(Frame&, const json&);
  void conditional(Frame&, const json&);
  std::vector<std::size_t> fitting(Frame&, const json& alternatives, bool all, std::string& why_not);
  // evaluate_values.cpp
  void type(Frame&, const json&);
  void enumeration(Frame&, const json&);
  void constant(Frame&, const json&);
  void multiple_of(Frame&, const json&);
  void maximum(Frame&, const json&);
  void minimum(Frame&, const json&);
  void exclusive_maximum(Frame&, const json&);
  void exclusive_minimum(Frame&, const json&);
  void max_length(Frame&, const json&);
  void min_length(Frame&, const json&);
  void pattern(Frame&, const json&);
  void number_bound(Frame&, const json& bound, const char* keyword, bool below, bool inclusive);
  // evaluate_arrays.cpp
  void items(Frame&, const json&);
  void prefix_items(Frame&, const json&);
  void additional_items(Frame&, const json&);
  void contains(Frame&, const json&);
  void max_items(Frame&, const json&);
  void min_items(Frame&, const json&);
  void unique_items(Frame&, const json&);
  void unevaluated_items(Frame&, const json&);
  std::size_t item_list(Frame&, const json& schemas);
  void items_from(Frame&, const char* keyword, const json& schema, std::size_t first);
  // evaluate_objects.cpp
  void properties(Frame&, const json&);
  void pattern_properties(Frame&, const json&);
  void additional_properties(Frame&, const json&);
  void property_names(Frame&, const json&);
  void required(Frame&, const json&);
  void max_properties(Frame&, const json&);
  void min_properties(Frame&, const json&);
  void dependent_required(Frame&, const json&);
  void dependent_schemas(Frame&, const json&);
  void dependencies(Frame&, const json&);
  void unevaluated_properties(Frame&, const json&);
  void rest_of_properties(Frame&, const char* keyword, const json& schema, const std::vector<const std::string*>& rest);

  Store& store_;
  Regexes& regexes_;
  const Options& options_;
  Verdict verdict_;
  std::vector<Problem>* sink_ = nullptr;            // null: only whether it fits is asked
  std::vector<std::size_t> scope_;                  // resources, from the outermost: the dynamic scope
  static constexpr std::size_t kStepsUnasked = 16;  // after which it is asked whether to stop
  std::size_t steps_ = 0, spent_ = 0, depth_ = 0;
};

}  // namespace mcplumb::schema

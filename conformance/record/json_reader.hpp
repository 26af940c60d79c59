// Reads JSON into values and says where it is not as it should be. Used for everything that a run's JSON form holds.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "client/jsonrpc/message.hpp"
#include "client/result.hpp"
#include "client/trace.hpp"

namespace mcplumb {

// Walks a value and remembers the first thing that is not as it should be, so that reading needs no exceptions.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& value, std::string where, std::optional<Error>& problem)
      : value_(value), where_(std::move(where)), problem_(problem) {}

  JsonReader at(const char* key) const { return {child(key), where_ + "/" + key, problem_}; }
  bool has(const char* key) const {
    const nlohmann::json* found = member(value_, key);
    return found != nullptr && !found->is_null();
  }

  std::string string() const {
    return value_.is_string() ? value_.get<std::string>() : (miss("a string"), std::string());
  }
  bool boolean() const { return value_.is_boolean() ? value_.get<bool>() : (miss("true or false"), false); }
  Micros integer() const { return value_.is_number_integer() ? value_.get<Micros>() : (miss("an integer"), 0); }
  std::size_t count() const {
    return value_.is_number_unsigned() ? value_.get<std::size_t>() : (miss("a number from 0"), std::size_t{0});
  }
  double number() const { return value_.is_number() ? value_.get<double>() : (miss("a number"), 0.0); }
  Micros moment() const { return value_.is_null() ? kNever : integer(); }
  const nlohmann::json& raw() const { return value_; }

  template <class Each>
  void each(Each&& use) const {
    if (!value_.is_array()) return miss("a list");
    for (std::size_t i = 0; i < value_.size(); ++i)
      use(JsonReader(value_[i], where_ + "/" + std::to_string(i), problem_));
  }

  Headers headers() const {
    Headers all;
    each([&](const JsonReader& pair) {
      if (!pair.raw().is_array() || pair.raw().size() != 2 || !pair.raw()[0].is_string() || !pair.raw()[1].is_string())
        return pair.miss("[name, value]");
      all.push_back({pair.raw()[0].get<std::string>(), pair.raw()[1].get<std::string>()});
    });
    return all;
  }

  template <class Value>
  Value word(std::optional<Value> (*from)(std::string_view)) const {
    const std::optional<Value> value = from(string());
    if (!value) miss("a known word");
    return value.value_or(Value{});
  }

  void miss(const char* what) const {
    if (!problem_) problem_ = Error{std::string("expected ") + what, where_.empty() ? "/" : where_};
  }

 private:
  const nlohmann::json& child(const char* key) const {
    static const nlohmann::json kNone;
    const nlohmann::json* found = member(value_, key);
    if (found == nullptr && !value_.is_object()) miss("an object");
    return found == nullptr ? kNone : *found;
  }

  const nlohmann::json& value_;
  std::string where_;
  std::optional<Error>& problem_;
};

}  // namespace mcplumb

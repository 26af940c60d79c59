// What an expectation looks at: parts with names, which may be made only when they are asked for.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace mcplumb {

class Parts {
 public:
  virtual ~Parts() = default;
  // Null: there is none of that name. Lives as long as this object.
  virtual const nlohmann::json* find(const std::string& name) const = 0;
  // The member of the part, as a path leads there.
  virtual const nlohmann::json* find_within(const std::string& name, const std::string& member) const;
};

// The members of an object, which must outlive this.
class MembersOf final : public Parts {
 public:
  explicit MembersOf(const nlohmann::json& object) : object_(object) {}
  const nlohmann::json* find(const std::string& name) const override {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }

 private:
  const nlohmann::json& object_;
};

inline const nlohmann::json* Parts::find_within(const std::string& name, const std::string& member) const {
  const nlohmann::json* part = find(name);
  return part != nullptr ? MembersOf(*part).find(member) : nullptr;
}

}  // namespace mcplumb

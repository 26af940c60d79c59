// What a step brought, as its expectations see it. Refers to the trace, which must outlive it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "conformance/engine/view_parts.hpp"

namespace mcplumb {

class StepView final : public Parts {
 public:
  StepView() = default;  // nothing came
  explicit StepView(nlohmann::json whole) : own_(std::move(whole)) {}
  explicit StepView(std::unique_ptr<Parts> base) : base_(std::move(base)) {}

  // A part that only this step has; it hides one of the same name.
  void set(const std::string& name, nlohmann::json value) { own_[name] = std::move(value); }
  // The same, made when it is asked for the first time. What `make` refers to must outlive this.
  void set_later(const std::string& name, std::function<KeptMessage()> make) { later_[name] = std::move(make); }

  const nlohmann::json* find(const std::string& name) const override;
  const nlohmann::json* find_within(const std::string& name, const std::string& member) const override;
  const nlohmann::json& operator[](const char* name) const;  // null if there is none

 private:
  const nlohmann::json* find_own(const std::string& name) const;

  std::unique_ptr<Parts> base_;
  mutable nlohmann::json own_ = nlohmann::json::object();
  mutable std::map<std::string, std::function<KeptMessage()>> later_;
  mutable std::map<std::string, KeptMessage> made_;
};

}  // namespace mcplumb

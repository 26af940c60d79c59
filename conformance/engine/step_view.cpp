#include "conformance/engine/step_view.hpp"

namespace mcplumb {

const nlohmann::json* StepView::find_own(const std::string& name) const {
  if (const auto own = own_.find(name); own != own_.end()) return &*own;
  if (auto wanted = later_.extract(name); !wanted.empty()) made_[name] = wanted.mapped()();
  const auto made = made_.find(name);
  return made != made_.end() ? &made->second.json() : nullptr;
}

const nlohmann::json* StepView::find(const std::string& name) const {
  const nlohmann::json* own = find_own(name);
  return own != nullptr || base_ == nullptr ? own : base_->find(name);
}

const nlohmann::json* StepView::find_within(const std::string& name, const std::string& member) const {
  const nlohmann::json* own = find_own(name);
  return own != nullptr || base_ == nullptr ? Parts::find_within(name, member) : base_->find_within(name, member);
}

const nlohmann::json& StepView::operator[](const char* name) const {
  static const nlohmann::json kNone;
  const nlohmann::json* found = find(name);
  return found != nullptr ? *found : kNone;
}

}  // namespace mcplumb

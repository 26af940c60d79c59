#include "conformance/engine/step_view.hpp"

namespace mcplumb {

const nlohmann::json* StepView::find(const std::string& name) const {
  if (const auto made = own_.find(name); made != own_.end()) return &*made;
  if (const auto there = referred_.find(name); there != referred_.end()) return there->second.second;
  if (auto wanted = later_.extract(name); !wanted.empty()) return &(own_[name] = wanted.mapped()());
  return base_ ? base_->find(name) : nullptr;
}

const nlohmann::json& StepView::operator[](const char* name) const {
  static const nlohmann::json kNone;
  const nlohmann::json* found = find(name);
  return found != nullptr ? *found : kNone;
}

}  // namespace mcplumb

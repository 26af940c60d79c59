#include "conformance/engine/step_view.hpp"

namespace mcplumb {

const nlohmann::json* StepView::find(const std::string& name) const {
  if (const auto own = own_.find(name); own != own_.end()) return &*own;
  if (auto wanted = later_.extract(name); !wanted.empty()) made_[name] = wanted.mapped()();
  if (const auto made = made_.find(name); made != made_.end()) return &made->second.json();
  return base_ ? base_->find(name) : nullptr;
}

const nlohmann::json& StepView::operator[](const char* name) const {
  static const nlohmann::json kNone;
  const nlohmann::json* found = find(name);
  return found != nullptr ? *found : kNone;
}

}  // namespace mcplumb

#include "client/kept_message.hpp"

#include "client/no_memory.hpp"

namespace mcplumb {
namespace {

void let_go(nlohmann::json* value) {
  take_apart(*value);
  delete value;
}

}  // namespace

KeptMessage::KeptMessage(nlohmann::json value) : KeptMessage(std::move(value), 0) {}

KeptMessage::KeptMessage(nlohmann::json value, std::size_t memory) : memory_(memory), size_(memory) {
  if (!value.is_null()) value_ = {new nlohmann::json(std::move(value)), let_go};
}

KeptMessage::KeptMessage(std::shared_ptr<nlohmann::json> value, nlohmann::json id, std::size_t size)
    : value_(std::move(value)), id_(std::make_shared<nlohmann::json>(std::move(id))), size_(size) {}

const nlohmann::json& KeptMessage::json() const {
  static const nlohmann::json kNone;
  if (!value_) return kNone;
  if (id_) {
    nlohmann::json& shown = (*value_)["id"];
    if (shown != *id_ || shown.type() != id_->type()) shown = *id_;
  }
  return *value_;
}

bool KeptMessage::operator==(const KeptMessage& other) const {
  if (value_ == nullptr || value_ != other.value_) return json() == other.json();
  return id_ == other.id_ || (id_ && other.id_ && *id_ == *other.id_);
}

std::weak_ptr<nlohmann::json> KeptMessage::share(nlohmann::json id) {
  id_ = std::make_shared<nlohmann::json>(std::move(id));
  return value_;
}

}  // namespace mcplumb

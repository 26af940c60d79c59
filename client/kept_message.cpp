#include "client/kept_message.hpp"

#include <algorithm>

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

KeptMessage KeptMessage::part(const nlohmann::json& part) const {
  KeptMessage made;
  made.value_ = {value_, const_cast<nlohmann::json*>(&part)};
  return made;
}

std::weak_ptr<nlohmann::json> KeptMessage::share(nlohmann::json id) {
  id_ = std::make_shared<nlohmann::json>(std::move(id));
  return value_;
}

KeptMessage put_together(MessageStore& store, const std::vector<KeptMessage>& lists) {
  constexpr std::size_t kMost = 8;
  if (lists.size() == 1) return lists.front();
  const auto is_made_of_them = [&](const MessageStore::PutTogether& made) {
    return !made.whole.expired() &&
           std::equal(made.lists.begin(), made.lists.end(), lists.begin(), lists.end(),
                      [](const auto& one, const auto& other) { return one.lock() == other.value_; });
  };
  const auto before = std::find_if(store.put_together.begin(), store.put_together.end(), is_made_of_them);
  KeptMessage all;
  if (before != store.put_together.end()) {
    all.value_ = before->whole.lock();
    return all;
  }
  nlohmann::json elements = nlohmann::json::array();
  MessageStore::PutTogether made;
  for (const KeptMessage& list : lists) {
    elements.insert(elements.end(), list.json().begin(), list.json().end());
    made.lists.emplace_back(list.value_);
  }
  all = std::move(elements);
  made.whole = all.value_;
  if (store.put_together.size() >= kMost) store.put_together.pop_front();
  store.put_together.push_back(std::move(made));
  return all;
}

}  // namespace mcplumb

// Messages as they came, kept within one bound for a whole run. Large ones that differ in nothing but their id (a list
// of tools, asked for by each check) are kept once, and so are lists that are put together of their pages. How they get
// in: client/jsonrpc/take_message.hpp.
#pragma once

#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "client/allowance.hpp"

namespace mcplumb {

struct MessageStore;

// A JSON value; null where what came was no JSON. Used as a `const nlohmann::json&`. What it is shared with differs in
// the id: a reference into it shows the id of the message that was looked at last.
class KeptMessage {
 public:
  KeptMessage() = default;
  KeptMessage(nlohmann::json value);  // NOLINT(google-explicit-constructor): it stands for the value
  // With what it takes in memory, about.
  KeptMessage(nlohmann::json value, std::size_t memory);
  // The same as another one, but for the id.
  KeptMessage(std::shared_ptr<nlohmann::json> value, nlohmann::json id, std::size_t size);

  operator const nlohmann::json&() const { return json(); }  // NOLINT(google-explicit-constructor)
  const nlohmann::json& json() const;
  bool is_null() const { return json().is_null(); }
  bool is_object() const { return json().is_object(); }
  bool is_array() const { return json().is_array(); }
  bool contains(std::string_view name) const { return json().contains(name); }
  bool operator==(const KeptMessage& other) const;

  std::size_t memory() const { return memory_; }  // what it takes, about; of what is shared, the first time only
  std::size_t bytes_of_copy() const { return size_; }
  // A part of it, which keeps the whole.
  KeptMessage part(const nlohmann::json& part) const;
  // From here on others may share it. `id` is its own.
  std::weak_ptr<nlohmann::json> share(nlohmann::json id);

 private:
  friend KeptMessage put_together(MessageStore& store, const std::vector<KeptMessage>& lists);

  std::shared_ptr<nlohmann::json> value_;
  std::shared_ptr<nlohmann::json> id_;  // null: the value has its own
  std::size_t memory_ = 0, size_ = 0;
};

struct MessageStore {
  // Of messages as values in memory, which take several times the bytes of their text.
  static constexpr std::size_t kTextsToTree = 6;  // how much more, at most
  static constexpr std::size_t kAll = 40 * 1024 * 1024, kSmallOnes = 6 * 1024 * 1024;
  // Small messages go on when large ones do not fit any more: a session lives by them.
  Allowance all{kAll}, small_ones{kSmallOnes};

  struct Known {
    std::string before, after;  // the text around the id
    std::weak_ptr<nlohmann::json> value;
    std::size_t size = 0;
  };
  std::deque<Known> known;
  std::size_t known_bytes = 0;

  struct PutTogether {
    std::vector<std::weak_ptr<nlohmann::json>> lists;
    std::weak_ptr<nlohmann::json> whole;
  };
  std::deque<PutTogether> put_together;
};

// The elements of these arrays as one array. A single one is that array itself; of the same ones that is made once, as
// long as somebody has it.
KeptMessage put_together(MessageStore& store, const std::vector<KeptMessage>& lists);

}  // namespace mcplumb

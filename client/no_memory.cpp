#include "client/no_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

namespace mcplumb {
namespace {

// In pieces, so that they fit between what is in use.
struct LastMemory {
  std::array<void*, 24> pieces{};
  bool is_held = false, is_wanted = false;

  bool hold() {
    constexpr std::size_t kPiece = 1024 * 1024;
    is_held = std::all_of(pieces.begin(), pieces.end(), [](void*& piece) {
      if (piece == nullptr) piece = std::malloc(kPiece);
      return piece != nullptr;
    });
    return is_held;
  }
  bool let_go() {
    const bool any = std::any_of(pieces.begin(), pieces.end(), [](const void* piece) { return piece != nullptr; });
    for (void*& piece : pieces) std::free(std::exchange(piece, nullptr));
    is_held = false;
    return any;
  }
};

LastMemory& last_memory() {
  static LastMemory last;
  return last;
}

// Called by operator new, again and again until there is memory or this throws.
void on_no_memory() {
  if (!last_memory().let_go()) throw std::bad_alloc();
}

}  // namespace

void hold_memory_back() {
  LastMemory& last = last_memory();
  last.is_wanted = true;
  last.hold();
  std::set_new_handler(on_no_memory);
}

bool is_memory_short() {
  LastMemory& last = last_memory();
  if (!last.is_wanted || last.is_held || last.hold()) return false;
  last.let_go();
  return true;
}

void check_memory() {
  if (is_memory_short()) throw std::bad_alloc();
}

LastOfMemory::LastOfMemory() : was_wanted_(std::exchange(last_memory().is_wanted, false)) { last_memory().let_go(); }

LastOfMemory::~LastOfMemory() { last_memory().is_wanted = was_wanted_; }

void ReservedSpace::hold() {
  if (holds()) return;
  void* const got = mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (got != MAP_FAILED) place_ = got;
}

void ReservedSpace::let_go() {
  if (holds()) munmap(place_, bytes_);
  place_ = nullptr;
}

void take_apart(nlohmann::json& value) {
  if (auto* const array = value.get_ptr<nlohmann::json::array_t*>()) {
    for (nlohmann::json& each : *array) take_apart(each);
    array->clear();
  } else if (auto* const object = value.get_ptr<nlohmann::json::object_t*>()) {
    for (auto& [name, each] : *object) take_apart(each);
    object->clear();
  }
}

}  // namespace mcplumb

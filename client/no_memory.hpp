// What is done when this machine gives no memory any more. It ends one exchange or one check, and never the program:
// std::bad_alloc is caught where these are carried out.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace mcplumb {

inline constexpr std::string_view kNoMemory = "this machine has no memory left for it";

// Address space for what must still be possible then. It counts against a limit, and takes no memory. Where there is
// too little of it, none is held back.
class ReservedSpace {
 public:
  explicit ReservedSpace(std::size_t bytes) : bytes_(bytes) { hold(); }
  ~ReservedSpace() { let_go(); }
  ReservedSpace(const ReservedSpace&) = delete;
  ReservedSpace& operator=(const ReservedSpace&) = delete;
  void hold();    // if it is not
  void let_go();  // from here on it can be allocated
  bool holds() const { return place_ != nullptr; }

 private:
  std::size_t bytes_;
  void* place_ = nullptr;
};

// To be called once, by main. Destructors may need memory, those of JSON values do, and cannot fail. So from here on
// some is held back: when there is no other it is let go, and whoever calls check_memory() then stops.
void hold_memory_back();
// Throws std::bad_alloc when there is only what was held back, or less. To be called where something that a peer can
// make large grows, and where work begins that can end early.
void check_memory();
bool is_memory_short();  // what check_memory would throw for

// While there is one, what was held back may be used up: for the last that is done, if that is small.
class LastOfMemory {
 public:
  LastOfMemory();
  ~LastOfMemory();
  LastOfMemory(const LastOfMemory&) = delete;
  LastOfMemory& operator=(const LastOfMemory&) = delete;

 private:
  bool was_wanted_;
};

// Leaves it empty. Needs no memory for that, as the destructor does.
void take_apart(nlohmann::json& value);

}  // namespace mcplumb

#include "conformance/compare/change.hpp"

#include <array>

#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 5> kEffects = {"break", "change", "better", "safe", "wording"};
constexpr std::array<std::string_view, 5> kAreas = {"verdicts", "surface", "behaviour", "cost", "log"};

}  // namespace

std::string_view to_string(Effect effect) { return kEffects[static_cast<std::size_t>(effect)]; }
std::optional<Effect> effect_from(std::string_view text) { return word_to<Effect>(text, kEffects); }
std::string_view to_string(Area area) { return kAreas[static_cast<std::size_t>(area)]; }
std::optional<Area> area_from(std::string_view text) { return word_to<Area>(text, kAreas); }

}  // namespace mcplumb

#include "conformance/record/diagnosis.hpp"

#include <array>

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 3> kConfidences = {"certain", "likely", "possible"};
constexpr std::array<std::string_view, 3> kWeights = {"failure", "warning", "info"};

template <class Enum>
std::optional<Enum> word_for(std::string_view text, const std::array<std::string_view, 3>& words) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Confidence confidence) { return kConfidences[static_cast<std::size_t>(confidence)]; }
std::string_view to_string(Weight weight) { return kWeights[static_cast<std::size_t>(weight)]; }
std::optional<Confidence> confidence_from(std::string_view text) { return word_for<Confidence>(text, kConfidences); }
std::optional<Weight> weight_from(std::string_view text) { return word_for<Weight>(text, kWeights); }

}  // namespace mcplumb

#include "conformance/record/diagnosis.hpp"

#include <array>

#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 3> kConfidences = {"certain", "likely", "possible"};
constexpr std::array<std::string_view, 3> kWeights = {"failure", "warning", "info"};

}  // namespace

std::string_view to_string(Confidence confidence) { return kConfidences[static_cast<std::size_t>(confidence)]; }
std::string_view to_string(Weight weight) { return kWeights[static_cast<std::size_t>(weight)]; }
std::optional<Confidence> confidence_from(std::string_view text) { return word_to<Confidence>(text, kConfidences); }
std::optional<Weight> weight_from(std::string_view text) { return word_to<Weight>(text, kWeights); }

}  // namespace mcplumb

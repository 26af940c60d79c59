// Keywords that combine subschemas for the same instance: core 2020-12, section 10.2.
#include "conformance/schema/evaluator.hpp"

namespace mcplumb::schema {
namespace {

constexpr std::size_t kReasonsShown = 3;

std::string list_of(const std::vector<std::size_t>& positions) {
  std::string text;
  for (std::size_t i = 0; i < positions.size(); ++i)
    text += (i == 0                      ? ""
             : i + 1 == positions.size() ? " and "
                                         : ", ") +
            std::string("number ") + std::to_string(positions[i] + 1);
  return text;
}

}  // namespace

void Evaluator::all_of(Frame& frame, const json& value) {
  if (!value.is_array()) return;
  for (const json& part : value) {
    in_place(frame, part);
    if (!frame.ok && sink_ == nullptr) return;
  }
}

// Which alternatives the instance fits; with `all` unset the first is enough. `why_not` tells of the others.
std::vector<std::size_t> Evaluator::fitting(Frame& frame, const json& alternatives, bool all, std::string& why_not) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < alternatives.size() && verdict_.undecided.empty(); ++i) {
    std::vector<Problem> why;
    if (fits(alternatives[i], frame.instance, frame.at, frame.seen,
             sink_ != nullptr && i < kReasonsShown ? &why : nullptr)) {
      found.push_back(i);
      if (!all && frame.seen == nullptr) break;
    } else if (!why.empty()) {
      const std::string deeper = why[0].instance.substr(pointer_to(frame.at).size());
      why_not += (why_not.empty() ? ": " : "; ") + (deeper.empty() ? "" : deeper + " ") + why[0].what;
    }
  }
  if (alternatives.size() > kReasonsShown) why_not += "; …";
  return found;
}

void Evaluator::any_of(Frame& frame, const json& value) {
  if (!value.is_array()) return;
  std::string why_not;
  if (fitting(frame, value, false, why_not).empty())
    problem(frame, "anyOf", "fits none of " + std::to_string(value.size()) + " alternatives" + why_not);
}

void Evaluator::one_of(Frame& frame, const json& value) {
  if (!value.is_array()) return;
  std::string why_not;
  const std::vector<std::size_t> found = fitting(frame, value, true, why_not);
  if (found.empty())
    problem(frame, "oneOf", "fits none of " + std::to_string(value.size()) + " alternatives" + why_not);
  else if (found.size() > 1)
    problem(frame, "oneOf", "must fit exactly one alternative, but fits " + list_of(found));
}

void Evaluator::negation(Frame& frame, const json& value) {
  if (fits(value, frame.instance, frame.at, nullptr)) problem(frame, "not", "fits what is excluded");
}

void Evaluator::conditional(Frame& frame, const json& value) {
  const char* branch = fits(value, frame.instance, frame.at, frame.seen) ? "then" : "else";
  const auto chosen = frame.schema.find(branch);
  if (chosen != frame.schema.end()) in_place(frame, *chosen);
}

}  // namespace mcplumb::schema

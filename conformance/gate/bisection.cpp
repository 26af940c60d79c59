#include "conformance/gate/bisection.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

// 1.2.3 and 1.2.3.post1, but not 1.2rc1, 1.2.dev0 or 1.2.0-beta.1.
bool is_final(std::string_view version) {
  constexpr std::string_view kNumbers = "0123456789.", kPost = "post";
  const std::size_t odd = version.find_first_not_of(kNumbers);
  if (odd == version.npos) return true;
  return version.substr(odd).starts_with(kPost) &&
         version.find_first_not_of(kNumbers, odd + kPost.size()) == version.npos;
}

std::vector<std::string> words_of(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t start = std::min(text.find_first_not_of(separators), text.size());
    const std::size_t end = std::min(text.find_first_of(separators, start), text.size());
    if (end > start) words.emplace_back(text.substr(start, end - start));
    text.remove_prefix(end);
  }
  return words;
}

}  // namespace

bool is_version(std::string_view text) {
  constexpr std::string_view kMay = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+!_-";
  return !text.empty() && text.front() != '-' && text.find_first_not_of(kMay) == text.npos;
}

Bisection::Bisection(std::vector<std::string> versions) : versions_(std::move(versions)), bad_(versions_.size() - 1) {}

std::optional<std::string> Bisection::next() const {
  const std::size_t middle = good_ + (bad_ - good_) / 2;
  std::optional<std::size_t> best;
  const auto distance = [&](std::size_t at) { return at > middle ? at - middle : middle - at; };
  for (std::size_t at = good_ + 1; at < bad_; ++at)
    if (untestable_.count(at) == 0 && (!best || distance(at) < distance(*best))) best = at;
  return best ? std::optional(versions_[*best]) : std::nullopt;
}

void Bisection::good(const std::string& version) {
  const auto at = static_cast<std::size_t>(std::find(versions_.begin(), versions_.end(), version) - versions_.begin());
  good_ = std::max(good_, std::min(at, bad_ - 1));
}

void Bisection::bad(const std::string& version) {
  const auto at = static_cast<std::size_t>(std::find(versions_.begin(), versions_.end(), version) - versions_.begin());
  bad_ = std::min(bad_, std::max(at, good_ + 1));
}

void Bisection::untestable(const std::string& version) {
  untestable_.insert(
      static_cast<std::size_t>(std::find(versions_.begin(), versions_.end(), version) - versions_.begin()));
}

std::vector<std::string> Bisection::doubtful() const {
  return {versions_.begin() + static_cast<long>(good_) + 1, versions_.begin() + static_cast<long>(bad_)};
}

int Bisection::steps_left() const {
  std::size_t open = 0;
  for (std::size_t at = good_ + 1; at < bad_; ++at) open += untestable_.count(at) == 0 ? 1U : 0U;
  int steps = 0;
  for (; open > 0; open /= 2) ++steps;
  return steps;
}

std::vector<std::string> versions_from_index(std::string_view text) {
  std::vector<std::string> versions;
  const Result<nlohmann::json> list = parse_json(text, {}, nullptr);
  constexpr std::string_view kPip = "Available versions:";
  if (list && list->is_array()) {
    for (const nlohmann::json& each : *list)
      if (each.is_string()) versions.push_back(each.get<std::string>());
  } else if (const std::size_t at = text.find(kPip); at != std::string_view::npos) {
    std::string_view line = text.substr(at + kPip.size());
    versions = words_of(line.substr(0, line.find('\n')), ", \r");
    std::reverse(versions.begin(), versions.end());
  } else {
    versions = words_of(text, " ,\r\n\t");
  }
  versions.erase(std::remove_if(versions.begin(), versions.end(),
                                [](const std::string& version) {
                                  return version.empty() || !is_digit(version.front()) || !is_final(version);
                                }),
                 versions.end());
  return versions;
}

std::string between(std::vector<std::string>& versions, const std::string& good, const std::string& bad) {
  const auto place = [&](const std::string& version) { return std::find(versions.begin(), versions.end(), version); };
  for (const std::string& version : {good, bad})
    if (place(version) == versions.end())
      return "there is no version " + shortened(version, 60) + " among the " + std::to_string(versions.size()) +
             " known ones" + suggestion(version, versions);
  if (place(good) >= place(bad)) return "version " + good + " does not come before " + bad;
  versions = {place(good), place(bad) + 1};
  return "";
}

}  // namespace mcplumb

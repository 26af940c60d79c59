#include "conformance/language/selection.hpp"

#include <algorithm>
#include <set>

namespace mcplumb {
namespace {

void override_check(Check& check, const Use& use) {
  if (use.level) {
    check.levels = {{RevisionRange{}, *use.level}};
    check.remark = use.because;
  }
  if (!use.skip.empty()) check.skip = use.skip;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_matches(pattern, text); });
}

std::vector<std::string> idle_globs(const std::vector<std::string>& patterns, const std::vector<std::string>& texts) {
  std::vector<std::string> idle;
  for (const std::string& pattern : patterns)
    if (pattern != "*" &&
        std::none_of(texts.begin(), texts.end(), [&](const std::string& text) { return glob_matches(pattern, text); }))
      idle.push_back(pattern);
  return idle;
}

bool selects(std::string_view pattern, const Check& check) {
  const auto has_tag = [&](std::string_view wanted) {
    return std::any_of(check.tags.begin(), check.tags.end(),
                       [&](const std::string& tag) { return glob_matches(wanted, tag); });
  };
  if (pattern.starts_with("tag:")) return has_tag(pattern.substr(4));
  return glob_matches(pattern, check.id) || pattern == check.suite || has_tag(pattern);
}

bool any_selects(const std::vector<std::string>& patterns, const Check& check) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return selects(pattern, check); });
}

std::vector<std::string> selectable(const std::vector<Suite>& suites) {
  std::set<std::string> names;
  for (const Suite& suite : suites) {
    for (const Check& check : suite.checks) {
      names.insert(check.id);
      names.insert(check.suite);
      for (const std::string& tag : check.tags) names.insert("tag:" + tag);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> selectable_by(std::string_view pattern, const std::vector<Suite>& suites) {
  std::vector<std::string> names = selectable(suites);
  if (pattern.find('*') == pattern.npos) return names;
  std::set<std::string> globs;
  for (const std::string& name : names)
    for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1))
      globs.insert(name.substr(0, dot) + ".*");
  names.insert(names.end(), globs.begin(), globs.end());
  return names;
}

std::vector<Suite> used_checks(const std::vector<Suite>& built_in, const std::vector<Suite>& suites) {
  std::vector<Suite> used;
  for (const Suite& from : built_in) {
    Suite part = from;
    part.checks.clear();
    for (const Check& check : from.checks) {
      Check wanted = check;
      bool is_used = false;
      for (const Suite& suite : suites) {
        for (const Use& use : suite.uses) {
          if (!any_selects(use.checks, check)) continue;
          is_used = true;
          override_check(wanted, use);
        }
      }
      if (is_used) part.checks.push_back(std::move(wanted));
    }
    if (!part.checks.empty()) used.push_back(std::move(part));
  }
  return used;
}

}  // namespace mcplumb

#include "conformance/language/use_reader.hpp"

#include "conformance/language/selection.hpp"
#include "conformance/language/vocabulary.hpp"

namespace mcplumb {

std::vector<Use> UseReader::uses(const Node& node) {
  std::vector<Use> list;
  if (outside_.named_as_file) {
    values_.error(node, "built-in suites cannot use one another");
  } else if (node.kind == Node::Kind::scalar) {
    values_.error(node, "`use` must be a list: write [" + node.text + "]");
  } else if (values_.is_list(node, "`use`")) {
    for (const Node& item : node.items) list.push_back(use(item));
  }
  return list;
}

Use UseReader::use(const Node& node) {
  Use result;
  if (node.kind == Node::Kind::scalar) {
    result.checks = {values_.text(node, "an entry of `use`")};
    refuse_idle_pattern(node, result.checks[0]);
    return result;
  }
  if (!values_.is_map(node, "an entry of `use`")) return result;
  values_.refuse_unknown_keys(node, use_keys(), "an entry of `use`");
  const Node* checks = values_.required(node, "check", use_keys(), "an entry of `use`");
  if (checks) result.checks = patterns(*checks);
  read_exception(result, node);
  return result;
}

std::vector<std::string> UseReader::patterns(const Node& node) {
  if (node.kind != Node::Kind::list) {
    const std::string one = values_.text(node, "`check`");
    refuse_idle_pattern(node, one);
    return {one};
  }
  const std::vector<std::string> list = values_.texts(node, "`check`");
  for (std::size_t i = 0; i < node.items.size(); ++i) refuse_idle_pattern(node.items[i], list[i]);
  return list;
}

// Another level, or none of it at all, and why.
void UseReader::read_exception(Use& use, const Node& node) {
  if (const Node* because = node.find("because")) use.because = values_.text(*because, "`because`");
  if (const Node* skip = node.find("skip")) {
    use.skip = values_.text(*skip, "`skip`");
    if (skip->plain && (skip->text == "true" || skip->text == "yes"))
      values_.error(*skip, "`skip` says why: `skip: our gateway does this`");
  }
  if (const Node* level = node.find("level")) {
    use.level = reach_.level(*level);
    if (use.because.empty())
      values_.error(*level, "another level needs `because:`, for the next person who reads this");
  }
}

void UseReader::refuse_idle_pattern(const Node& at, const std::string& pattern) {
  if (outside_.built_in == nullptr || pattern.empty()) return;
  for (const Suite& suite : *outside_.built_in) {
    for (const Check& check : suite.checks) {
      if (selects(pattern, check)) return;
    }
  }
  const std::vector<std::string> known = selectable_by(pattern, *outside_.built_in);
  const bool like_one = !closest(pattern, known).empty();
  values_.error(at, in_ticks(pattern) + " is not a built-in check" +
                        (like_one ? suggestion(pattern, known) : "; `mcplumb checks` lists them"));
}

}  // namespace mcplumb

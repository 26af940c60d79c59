#include "conformance/language/path_reader.hpp"

#include <vector>

namespace mcplumb {
namespace {

// `on` and `last` hold an exchange again.
bool holds_exchange(const Path& path, View view) {
  const std::string& root = path.steps[0].key;
  return path.steps.size() > 1 && ((view == View::message && root == "on") || (view == View::pages && root == "last"));
}

}  // namespace

std::optional<Path> PathReader::path(const Node& node, View view) {
  if (node.kind != Node::Kind::scalar) {
    values_.error(node, "a path must be a text, not " + std::string(kind_text(node)));
    return std::nullopt;
  }
  auto parsed = parse_path(node.text);
  if (!parsed) {
    values_.error(node, in_ticks(node.text) + " is not a path: " + parsed.error().what);
    return std::nullopt;
  }
  check_roots(node, *parsed, view);
  return *parsed;
}

void PathReader::check_roots(const Node& node, const Path& path, View view) {
  if (view == View::element) return;
  if (holds_exchange(path, view)) {
    return check_roots(node, Path{{path.steps.begin() + 1, path.steps.end()}, path.header}, View::exchange);
  }
  const std::string& root = path.steps[0].key;
  if (!index_of(root, path_roots(view))) return refuse_root(node, root, view);
  if (root == "header" && path.steps.size() == 1)
    return values_.error(node, "a header path needs a field name: header.NAME");
  if (view == View::event || path.steps.size() < 2 || path.steps[1].is_index) return;
  check_below(node, root, path.steps[1].key);
}

void PathReader::refuse_root(const Node& node, const std::string& root, View view) {
  const bool elsewhere = index_of(root, path_roots(View::pages)) || root == "event";
  if (view == View::exchange && elsewhere) {
    return values_.error(node, in_ticks(root) + " is there only after " + (root == "event" ? "`wait`" : "`pages`"));
  }
  values_.error(node, "unknown path " + in_ticks(root) + suggestion(root, path_roots(view)));
}

void PathReader::check_below(const Node& node, const std::string& root, const std::string& key) {
  const std::set<std::string>& names = names_.scope().names;
  if (root == "var" && !names.count(key)) {
    const std::vector<std::string> known(names.begin(), names.end());
    return values_.error(node, "nothing named " + in_ticks(key) + " is captured before" + suggestion(key, known));
  }
  const Words known = keys_below(root);
  if (known.empty() || index_of(key, known)) return;
  values_.error(node, "unknown path " + in_ticks(root + "." + key) + suggestion(key, known));
}

}  // namespace mcplumb

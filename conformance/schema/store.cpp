#include "conformance/schema/store.hpp"

#include "conformance/schema/pointer.hpp"
#include "conformance/schema/uri.hpp"

namespace mcplumb::schema {
namespace {

using nlohmann::json;

constexpr int kDeepest = 512, kMetaschemaChain = 8;

// A member that is a string; null otherwise.
const std::string* text(const json& schema, const char* keyword) {
  const auto found = schema.find(keyword);
  return found != schema.end() && found->is_string() ? found->get_ptr<const std::string*>() : nullptr;
}

}  // namespace

Store::Store(const json& root, const Options& options)
    : documents_(options.documents), default_draft_(options.draft), draft_decides_(options.draft_decides) {
  add_document(root, split_fragment(options.uri).uri);
}

const Place* Store::place(const json* schema) const {
  const auto found = places_.find(schema);
  return found == places_.end() ? nullptr : &found->second;
}

std::string Place::pointer() const {
  std::vector<const std::string*> steps;
  for (const Place* at = this; at != nullptr; at = at->up) steps.push_back(&at->step);
  std::string pointer;
  for (auto each = steps.rbegin(); each != steps.rend(); ++each) pointer += **each;
  return pointer;
}

std::string Store::where(const Place& place) const {
  return resources_[place.resource].document + "#" + place.pointer();
}

const Place& Store::put(const json& schema, const Spot& spot) {
  const Place& place = places_.insert_or_assign(&schema, Place{spot.resource, spot.up, spot.step}).first->second;
  if (resources_[spot.resource].root == &schema) resources_[spot.resource].place = &place;
  return place;
}

void Store::add_document(const json& root, const std::string& uri) {
  Spot spot{resources_.size(), resources_.empty() ? "" : uri, nullptr, "", 0};
  add_resource(root, uri, spot);
  const bool decided = draft_decides_ && resources_.size() == 1;
  resources_.back().dialect = decided ? Dialect{default_draft_} : dialect_of(root, Dialect{default_draft_});
  if (root.is_object()) release_names(root, spot);
  walk_children(root, put(root, spot), spot);
}

std::size_t Store::add_resource(const json& root, std::string uri, const Spot& spot) {
  Resource made;
  made.uri = std::move(uri);
  made.root = &root;
  made.document = spot.document;
  resources_.push_back(std::move(made));
  by_uri_.emplace(resources_.back().uri, resources_.size() - 1);
  return resources_.size() - 1;
}

// $id, $anchor and their kin. A new base URI makes the schema a resource of its own.
void Store::release_names(const json& schema, Spot& spot) {
  const Dialect outer = resources_[spot.resource].dialect;
  const bool old = outer.draft <= Draft::draft7;
  const std::string* id = text(schema, "$id");
  if (id != nullptr && !(old && schema.contains("$ref"))) {  // up to draft-07, $ref hides its siblings
    const SplitUri split = split_fragment(*id);
    if (!split.uri.empty() && uris_.left() > 0) {
      const std::string uri = split_fragment(resolve_uri(resources_[spot.resource].uri, split.uri)).uri;
      if (resources_[spot.resource].root != &schema) {
        if (uris_.take_some(uri.size()) < uri.size()) return;
        spot.resource = add_resource(schema, uri, spot);
        resources_[spot.resource].dialect = dialect_of(schema, outer);
      } else {
        resources_[spot.resource].uri = uri;
        by_uri_.emplace(uri, spot.resource);
      }
    }
    if (old && !split.fragment.empty()) resources_[spot.resource].anchors.emplace(split.fragment, &schema);
  }
  if (old) return;
  Resource& resource = resources_[spot.resource];
  if (const std::string* anchor = text(schema, "$anchor")) resource.anchors.emplace(*anchor, &schema);
  if (const std::string* anchor = text(schema, "$dynamicAnchor"); anchor && outer.draft == Draft::draft2020_12) {
    resource.anchors.emplace(*anchor, &schema);
    resource.dynamic_anchors.insert(*anchor);
  }
  if (resource.root == &schema && outer.draft == Draft::draft2019_09)
    resource.recursive_anchor = schema.value("$recursiveAnchor", json()) == json(true);
}

void Store::walk(const json& schema, Spot spot) {
  if (!schema.is_object() && !schema.is_boolean()) return;
  if (spot.depth > kDeepest || places_.count(&schema) != 0) return;
  if (schema.is_object()) release_names(schema, spot);
  walk_children(schema, put(schema, spot), spot);
}

void Store::walk_children(const json& schema, const Place& place, const Spot& spot) {
  if (!schema.is_object()) return;
  const Draft draft = resources_[spot.resource].dialect.draft;
  const auto below = [&](const std::string& step) {
    return Spot{spot.resource, spot.document, &place, step, spot.depth + 1};
  };
  for (const auto& [keyword, value] : schema.items()) {
    const Holds kind = holds(keyword, draft);
    const std::string step = pointer_step(keyword);
    if (kind == Holds::schema || (kind == Holds::schema_or_list && !value.is_array())) walk(value, below(step));
    if ((kind == Holds::list || kind == Holds::schema_or_list) && value.is_array())
      for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], below(step + pointer_step(i)));
    if (kind == Holds::map && value.is_object())
      for (const auto& [key, element] : value.items()) walk(element, below(step + pointer_step(key)));
  }
}

Dialect Store::dialect_of(const json& schema, const Dialect& otherwise, int depth) const {
  const std::string* uri = schema.is_object() ? text(schema, "$schema") : nullptr;
  if (uri == nullptr) return otherwise;
  if (const auto draft = draft_of_metaschema(*uri)) return Dialect{*draft};
  const json* metaschema = depth < kMetaschemaChain ? find_document(split_fragment(*uri).uri) : nullptr;
  if (metaschema == nullptr || !metaschema->is_object()) return otherwise;
  const Dialect base = dialect_of(*metaschema, otherwise, depth + 1);
  const auto vocabulary = metaschema->find("$vocabulary");
  return vocabulary == metaschema->end() ? base : dialect_from(*vocabulary, base.draft);
}

const json* Store::find_document(const std::string& uri) const {
  if (documents_ != nullptr)
    if (const auto found = documents_->find(uri); found != documents_->end()) return &found->second;
  return known_document(uri);
}

std::optional<std::size_t> Store::find_resource(const std::string& uri) {
  if (const auto found = by_uri_.find(uri); found != by_uri_.end()) return found->second;
  const json* document = find_document(uri);
  if (document == nullptr) return std::nullopt;
  const std::size_t index = resources_.size();
  add_document(*document, uri);
  by_uri_.emplace(uri, index);
  return index;
}

std::optional<Target> Store::follow_pointer(std::size_t resource, const std::string& pointer) {
  const auto steps = pointer_steps(pointer);
  if (!steps) return std::nullopt;
  const json* node = resources_[resource].root;
  const Place* up = resources_[resource].place;
  std::string walked;  // from there
  for (const std::string& step : *steps) {
    if (node->is_object()) {
      const auto found = node->find(step);
      if (found == node->end()) return std::nullopt;
      node = &*found;
    } else if (node->is_array() && !step.empty() && step.size() < 9 &&
               step.find_first_not_of("0123456789") == std::string::npos && std::stoul(step) < node->size()) {
      node = &(*node)[std::stoul(step)];
    } else {
      return std::nullopt;
    }
    walked += pointer_step(std::string_view(step));
    if (const Place* known = place(node)) {
      resource = known->resource;
      up = known;
      walked.clear();
    }
  }
  if (!node->is_object() && !node->is_boolean()) return std::nullopt;
  if (place(node) == nullptr) walk(*node, Spot{resource, resources_[resource].document, up, walked, 0});
  const Place* known = place(node);
  if (known == nullptr) return std::nullopt;
  return Target{node, known->resource, ""};
}

std::optional<Target> Store::resolve(std::size_t resource, const std::string& reference) {
  const SplitUri split = split_fragment(resolve_uri(resources_[resource].uri, reference));
  const std::string fragment = percent_decoded(split.fragment);
  // A reference that is only a fragment stays in its resource, whatever that is called.
  const auto found = reference.starts_with('#') ? std::optional(resource) : find_resource(split.uri);
  if (!found) return std::nullopt;
  if (fragment.empty() || fragment.starts_with('/')) return follow_pointer(*found, fragment);
  const Resource& in = resources_[*found];
  const auto anchor = in.anchors.find(fragment);
  if (anchor == in.anchors.end()) return std::nullopt;
  return Target{anchor->second, *found, in.dynamic_anchors.count(fragment) != 0 ? fragment : ""};
}

}  // namespace mcplumb::schema

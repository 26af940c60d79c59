// The schema documents of one check: who stands where, under which URI and name, and what a reference leads to.
//
// A document is walked once over the places where subschemas stand. A JSON pointer into an unknown keyword makes that
// place a schema when it is first asked for. Nothing is fetched.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "client/allowance.hpp"
#include "conformance/schema/dialect.hpp"

namespace mcplumb::schema {

// Where a schema stands. The way there is kept in steps: names may be long, and many schemas stand below one.
struct Place {
  std::size_t resource = 0;
  const Place* up = nullptr;    // null: its document begins here
  std::string step;             // from there: "/properties/a"
  std::string pointer() const;  // in the document
};

// A schema with a base URI of its own: a document, or a subschema with $id.
struct Resource {
  std::string uri;  // absolute if anything was; never with a fragment
  const nlohmann::json* root = nullptr;
  std::string document;          // URI of the document it stands in, empty for the first one
  const Place* place = nullptr;  // of its root in that document
  Dialect dialect;
  std::map<std::string, const nlohmann::json*> anchors;  // the dynamic ones too
  std::set<std::string> dynamic_anchors;
  bool recursive_anchor = false;
};

struct Target {
  const nlohmann::json* schema = nullptr;
  std::size_t resource = 0;
  std::string dynamic_anchor;  // the reference named this, and it is a dynamic anchor there
};

class Store {
 public:
  // The root and the documents must outlive the store.
  Store(const nlohmann::json& root, const Options& options);

  const Resource& resource(std::size_t index) const { return resources_[index]; }
  // Where a schema stands, as long as the store lives. Absent: nobody led there.
  const Place* place(const nlohmann::json* schema) const;
  // What `reference` in that resource leads to. The document may have to be read first.
  std::optional<Target> resolve(std::size_t resource, const std::string& reference);
  std::string where(const Place& place) const;  // "#/a/b", with the URI of another document in front

 private:
  static constexpr std::size_t kUris = 2 * 1024 * 1024;  // bytes: of more than that no resources are made

  struct Spot {
    std::size_t resource;
    std::string document;
    const Place* up;
    std::string step;
    int depth;
  };
  void add_document(const nlohmann::json& root, const std::string& uri);
  void walk(const nlohmann::json& schema, Spot spot);
  void walk_children(const nlohmann::json& schema, const Place& place, const Spot& spot);
  const Place& put(const nlohmann::json& schema, const Spot& spot);
  void release_names(const nlohmann::json& schema, Spot& spot);
  std::size_t add_resource(const nlohmann::json& root, std::string uri, const Spot& spot);
  std::optional<std::size_t> find_resource(const std::string& uri);
  std::optional<Target> follow_pointer(std::size_t resource, const std::string& pointer);
  Dialect dialect_of(const nlohmann::json& schema, const Dialect& otherwise, int depth = 0) const;
  const nlohmann::json* find_document(const std::string& uri) const;

  const Documents* documents_;
  Draft default_draft_;
  bool draft_decides_;
  std::vector<Resource> resources_;
  std::map<std::string, std::size_t> by_uri_;
  Allowance uris_{kUris};
  std::unordered_map<const nlohmann::json*, Place> places_;
};

}  // namespace mcplumb::schema

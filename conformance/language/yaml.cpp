#include "conformance/language/yaml.hpp"

#include <yaml.h>

#include <map>
#include <nlohmann/json.hpp>

#include "client/text/utf8.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* operator->() { return &event_; }
  yaml_event_t* get() { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string text_of(const yaml_char_t* text) { return text ? reinterpret_cast<const char*>(text) : ""; }

// `!!str` comes expanded.
std::string short_tag(const std::string& tag) {
  constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
  return tag.compare(0, kPrefix.size(), kPrefix) == 0 ? "!!" + tag.substr(kPrefix.size()) : tag;
}

// Behind what is too large or too many.
std::string too_much() {
  return ", " + std::string(kOwnLimit) +
         " for a suite, a gate, a baseline and the like; leave out or split off what is not needed";
}

class Composer {
 public:
  Composer(std::string_view text, const std::string& file, const YamlLimits& limits)
      : text_(text), source_(file, text), limits_(limits) {
    if (!yaml_parser_initialize(&parser_)) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;
  ~Composer() { yaml_parser_delete(&parser_); }

  YamlResult compose() {
    Node root;
    if (text_fits() && read_document(root)) result_.root = std::move(root);
    return std::move(result_);
  }

 private:
  void report(int line, int column, std::string message) {
    if (result_.problems.size() < limits_.problems) {
      result_.problems.push_back(source_.at(line, column, std::move(message)));
    }
  }
  void report(const yaml_mark_t& mark, std::string message) {
    report(static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1, std::move(message));
  }
  // For what ends the reading.
  bool stop(const yaml_mark_t& mark, std::string message) {
    report(mark, std::move(message));
    return false;
  }

  bool text_fits();
  void report_at_byte(std::size_t offset, std::string message);
  bool next(Event& event);
  bool fail_of_parser();
  bool read_document(Node& root);
  bool read_node(Event& event, Node& node, int depth);
  bool read_scalar(Event& event, Node& node);
  bool read_list(Node& node, int depth);
  bool read_map(Node& node, int depth);
  bool read_pair(Event& key, Node& node, std::map<std::string, int>& seen, int depth);
  void refuse_properties(Event& event);
  void set_end(Event& event, Node& node, const Node* last);

  std::string_view text_;
  SourceText source_;
  YamlLimits limits_;
  yaml_parser_t parser_{};
  YamlResult result_;
  std::size_t nodes_ = 0;
};

void Composer::report_at_byte(std::size_t offset, std::string message) {
  int line = 1, column = 1;
  for (std::size_t i = 0; i < offset && i < text_.size(); ++i) {
    if (text_[i] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) {
      ++column;
    }
  }
  report(line, column, std::move(message));
}

bool Composer::text_fits() {
  if (text_.size() > limits_.bytes) {
    report(1, 1, "the file is larger than " + whole_size(limits_.bytes) + too_much());
    return false;
  }
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t length = utf8_length(text_.substr(at));
    if (length == 0) {
      report_at_byte(at, "the file is not UTF-8");
      return false;
    }
    at += length;
  }
  return true;
}

bool Composer::next(Event& event) {
  if (yaml_parser_parse(&parser_, event.get())) return true;
  return fail_of_parser();
}

bool Composer::fail_of_parser() {
  if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
  std::string message = parser_.problem ? parser_.problem : "not YAML";
  if (parser_.error == YAML_READER_ERROR) {
    report_at_byte(parser_.problem_offset, message);
    return false;
  }
  const std::string_view line = source_.line(static_cast<int>(parser_.problem_mark.line) + 1);
  const char found = parser_.problem_mark.column < line.size() ? line[parser_.problem_mark.column] : '\0';
  if (parser_.error == YAML_SCANNER_ERROR && found == '\t')
    return stop(parser_.problem_mark, "a tab cannot indent; use spaces");
  if (parser_.error == YAML_SCANNER_ERROR && (found == '@' || found == '`' || found == '%')) {
    return stop(parser_.problem_mark, std::string("a text cannot start with `") + found + "`; quote it");
  }
  if (parser_.context) {
    message += std::string(" (") + parser_.context;
    if (parser_.context_mark.line != parser_.problem_mark.line) {
      message += " that starts in line " + std::to_string(parser_.context_mark.line + 1);
    }
    message += ")";
  }
  return stop(parser_.problem_mark, message);
}

bool Composer::read_document(Node& root) {
  Event stream, document, content, document_end, stream_end;
  if (!next(stream) || !next(document)) return false;
  if (document->type == YAML_STREAM_END_EVENT) return stop(document->start_mark, "the file is empty");
  if (!next(content) || !read_node(content, root, 1)) return false;
  if (!next(document_end) || !next(stream_end)) return false;
  if (stream_end->type == YAML_STREAM_END_EVENT) return true;
  return stop(stream_end->start_mark, "a suite file holds one document; a second one starts here");
}

bool Composer::read_node(Event& event, Node& node, int depth) {
  if (depth > limits_.depth) {
    return stop(event->start_mark, "nested deeper than " + std::to_string(limits_.depth) + " levels");
  }
  if (++nodes_ > limits_.nodes) {
    return stop(event->start_mark, "more than " + std::to_string(limits_.nodes) + " values in one file" + too_much());
  }
  node.line = static_cast<int>(event->start_mark.line) + 1;
  node.column = static_cast<int>(event->start_mark.column) + 1;
  refuse_properties(event);
  switch (event->type) {
    case YAML_SEQUENCE_START_EVENT:
      return read_list(node, depth);
    case YAML_MAPPING_START_EVENT:
      return read_map(node, depth);
    default:
      return read_scalar(event, node);
  }
}

// An anchor or a tag is reported, and its value read without it, so that later mistakes are found as well.
void Composer::refuse_properties(Event& event) {
  const yaml_event_t& e = *event.get();
  const yaml_char_t *anchor = nullptr, *tag = nullptr;
  if (e.type == YAML_SCALAR_EVENT) anchor = e.data.scalar.anchor, tag = e.data.scalar.tag;
  if (e.type == YAML_SEQUENCE_START_EVENT) anchor = e.data.sequence_start.anchor, tag = e.data.sequence_start.tag;
  if (e.type == YAML_MAPPING_START_EVENT) anchor = e.data.mapping_start.anchor, tag = e.data.mapping_start.tag;
  if (e.type == YAML_ALIAS_EVENT) {
    report(e.start_mark, "aliases are not allowed: write the value of `*" + text_of(e.data.alias.anchor) + "` again");
  }
  if (anchor) report(e.start_mark, "anchors are not allowed: remove `&" + text_of(anchor) + "`");
  if (tag) report(e.start_mark, "tags are not allowed: remove `" + short_tag(text_of(tag)) + "`");
}

bool Composer::read_scalar(Event& event, Node& node) {
  node.end_line = static_cast<int>(event->end_mark.line) + 1;
  node.end_column = static_cast<int>(event->end_mark.column) + 1;
  node.plain = true;
  node.text = "null";
  if (event->type == YAML_ALIAS_EVENT) return true;
  const auto& scalar = event->data.scalar;
  node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
  node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
  if (node.plain && node.text.empty()) {
    report(event->start_mark, "a value is missing; write null, \"\", [] or {}");
    node.text = "null";
  }
  if (node.plain && is_json_number(node.text) && nlohmann::json::parse(node.text, nullptr, false).is_discarded()) {
    report(event->start_mark, "the number does not fit; quote it if text is meant");
    node.text = "0";
  }
  return true;
}

// A block collection ends where its last value does; its own end mark lies behind the comments that follow.
void Composer::set_end(Event& event, Node& node, const Node* last) {
  const bool flow = event->end_mark.index > event->start_mark.index;
  node.end_line = flow || !last ? static_cast<int>(event->end_mark.line) + 1 : last->end_line;
  node.end_column = flow || !last ? static_cast<int>(event->end_mark.column) + 1 : last->end_column;
}

bool Composer::read_list(Node& node, int depth) {
  node.kind = Node::Kind::list;
  while (true) {
    Event event;
    if (!next(event)) return false;
    if (event->type == YAML_SEQUENCE_END_EVENT) {
      set_end(event, node, node.items.empty() ? nullptr : &node.items.back());
      return true;
    }
    Node item;
    if (!read_node(event, item, depth + 1)) return false;
    node.items.push_back(std::move(item));
  }
}

bool Composer::read_map(Node& node, int depth) {
  node.kind = Node::Kind::map;
  std::map<std::string, int> seen;
  while (true) {
    Event event;
    if (!next(event)) return false;
    if (event->type == YAML_MAPPING_END_EVENT) {
      set_end(event, node, node.values.empty() ? nullptr : &node.values.back());
      return true;
    }
    if (!read_pair(event, node, seen, depth)) return false;
  }
}

bool Composer::read_pair(Event& event, Node& node, std::map<std::string, int>& seen, int depth) {
  Node key, value;
  const yaml_mark_t at = event->start_mark;
  if (!read_node(event, key, depth + 1)) return false;
  Event content;
  if (!next(content) || !read_node(content, value, depth + 1)) return false;
  if (key.kind != Node::Kind::scalar) {
    report(at, std::string("a key must be text, not ") + std::string(kind_text(key)));
    return true;
  }
  const auto [first, fresh] = seen.emplace(key.text, key.line);
  if (!fresh) {
    report(at, "the key `" + key.text + "` is given twice; the first is in line " + std::to_string(first->second));
    return true;
  }
  node.keys.push_back(std::move(key));
  node.values.push_back(std::move(value));
  return true;
}

}  // namespace

YamlResult parse_yaml(std::string_view text, const std::string& file, const YamlLimits& limits) {
  return Composer(without_byte_order_mark(text), file, limits).compose();
}

}  // namespace mcplumb

#include "conformance/schema/uri.hpp"

#include <cctype>
#include <optional>

namespace mcplumb::schema {
namespace {

// The five parts of RFC 3986, appendix B.
struct Parts {
  std::optional<std::string> scheme, authority, query, fragment;
  std::string path;
};

std::size_t scheme_length(std::string_view text) {
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return i;
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

Parts split(std::string_view text) {
  Parts parts;
  if (const std::size_t hash = text.find('#'); hash != text.npos) {
    parts.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.find('?'); mark != text.npos) {
    parts.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (const std::size_t length = scheme_length(text); length > 0) {
    parts.scheme = text.substr(0, length);
    text = text.substr(length + 1);
  }
  if (text.starts_with("//")) {
    const std::size_t end = text.find('/', 2);
    parts.authority = text.substr(2, end == text.npos ? text.npos : end - 2);
    text = end == text.npos ? "" : text.substr(end);
  }
  parts.path = text;
  return parts;
}

std::string join(const Parts& parts) {
  std::string text;
  if (parts.scheme) text += *parts.scheme + ":";
  if (parts.authority) text += "//" + *parts.authority;
  text += parts.path;
  if (parts.query) text += "?" + *parts.query;
  if (parts.fragment) text += "#" + *parts.fragment;
  return text;
}

// RFC 3986, section 5.2.4
std::string without_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    if (path.starts_with("../")) {
      path.remove_prefix(3);
    } else if (path.starts_with("./") || path.starts_with("/./")) {
      path.remove_prefix(2);
    } else if (path == "/.") {
      path = "/";
    } else if (path.starts_with("/../") || path == "/..") {
      path = path.size() > 3 ? path.substr(3) : std::string_view("/");
      out.erase(out.rfind('/') == out.npos ? 0 : out.rfind('/'));
    } else if (path == "." || path == "..") {
      path = {};
    } else {
      const std::size_t end = path.find('/', 1);
      out += path.substr(0, end);
      path = end == path.npos ? std::string_view{} : path.substr(end);
    }
  }
  return out;
}

std::string merged(const Parts& base, const std::string& path) {
  if (base.authority && base.path.empty()) return "/" + path;
  const std::size_t slash = base.path.rfind('/');
  return slash == std::string::npos ? path : base.path.substr(0, slash + 1) + path;
}

}  // namespace

SplitUri split_fragment(std::string_view text) {
  const std::size_t hash = text.find('#');
  if (hash == text.npos) return {std::string(text), ""};
  return {std::string(text.substr(0, hash)), std::string(text.substr(hash + 1))};
}

std::string resolve_uri(std::string_view base_text, std::string_view reference_text) {
  if (base_text.empty()) return std::string(reference_text);
  Parts target = split(reference_text);
  if (target.scheme) return std::string(reference_text);
  const Parts base = split(base_text);
  target.scheme = base.scheme;
  if (target.authority) {
    target.path = without_dot_segments(target.path);
    return join(target);
  }
  target.authority = base.authority;
  if (target.path.empty()) {
    target.path = base.path;
    if (!target.query) target.query = base.query;
  } else if (target.path.front() == '/') {
    target.path = without_dot_segments(target.path);
  } else {
    target.path = without_dot_segments(merged(base, target.path));
  }
  return join(target);
}

}  // namespace mcplumb::schema

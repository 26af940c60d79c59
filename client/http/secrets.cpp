#include "client/http/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <nlohmann/json.hpp>

#include "client/http/url.hpp"
#include "client/media_type.hpp"
#include "client/text/base64.hpp"
#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kShortest = 4, kShortestBeginning = 6, kLooksLikeKey = 8;

bool is_plain_word(std::string_view value) {
  constexpr std::array<std::string_view, 9> kWords = {"true", "false", "null", "none", "json",
                                                      "text", "test",  "http", "https"};
  const std::string lowered = lower_case(value);
  return std::find(kWords.begin(), kWords.end(), lowered) != kWords.end();
}

std::string inside_json(const std::string& value) {
  const std::string quoted = nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

// RFC 3986 section 2.1, with every byte escaped that is not unreserved.
std::string percent_encoded(std::string_view value, const char* digits) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~')
      out += c;
    else
      out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string percent_decoded(std::string_view value) {
  const auto digit = [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) ? c - '0' : (c | 0x20) - 'a' + 10;
  };
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '%' && i + 2 < value.size() &&
                        std::isxdigit(static_cast<unsigned char>(value[i + 1])) &&
                        std::isxdigit(static_cast<unsigned char>(value[i + 2]));
    if (!escape) {
      out += value[i];
      continue;
    }
    out += static_cast<char>(digit(value[i + 1]) * 16 + digit(value[i + 2]));
    i += 2;
  }
  return out;
}

std::string inside_html(std::string_view value) {
  std::string out;
  for (const char c : value) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  return out;
}

// Long, of more than one kind of character, and neither a path, a URL nor a sentence.
bool looks_like_key(std::string_view value) {
  if (value.size() < kLooksLikeKey || value.find_first_of("/ \t\\") != value.npos) return false;
  bool digit = false, letter = false;
  for (const char c : value) {
    digit = digit || std::isdigit(static_cast<unsigned char>(c)) != 0;
    letter = letter || std::isalpha(static_cast<unsigned char>(c)) != 0;
  }
  return digit && letter;
}

// The first four bytes, as a key.
std::uint32_t start_of(std::string_view text) {
  std::uint32_t key = 0;
  std::memcpy(&key, text.data(), sizeof key);
  return key;
}

std::size_t common_start(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  return static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin()).first - a.begin());
}

// "--api-key" of "--api-key=abc", "API_KEY" of "API_KEY=abc", "Authorization" of "Authorization: x".
std::string_view name_part(std::string_view word) { return word.substr(0, word.find_first_of("=:")); }

}  // namespace

bool speaks_of_secrets(std::string_view name) {
  constexpr std::array<std::string_view, 11> kWords = {"auth",     "cookie",     "token",     "secret",
                                                       "password", "passwd",     "apikey",    "api-key",
                                                       "api_key",  "credential", "passphrase"};
  const std::string lowered = lower_case(name);
  const auto holds = [&](std::string_view word) { return lowered.find(word) != std::string::npos; };
  return std::any_of(kWords.begin(), kWords.end(), holds) || lowered == "key" || lowered.ends_with("-key") ||
         lowered.ends_with("_key") || lowered == "sig" || lowered == "signature" || lowered == "pwd";
}

std::string beginning_of_session(std::string_view id) {
  constexpr int kShown = 4;
  std::string_view rest = id;
  for (int i = 0; i < kShown; ++i) rest.remove_prefix(first_code_point(rest).bytes.size());
  if (rest.empty() || rest == "…" || id.find(kRedacted) != id.npos) return std::string(id);
  return std::string(id.substr(0, id.size() - rest.size())) + "…";
}

namespace {

std::string redact_query(std::string_view query) {
  std::string out;
  while (true) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    const std::string name = lower_case(pair.substr(0, equals));
    const std::string_view value = equals == pair.npos ? "" : pair.substr(equals + 1);
    if (equals != pair.npos && speaks_of_secrets(name))
      out += std::string(pair.substr(0, equals + 1)) + kRedacted;
    else if (name.find("session") != std::string::npos)
      out += std::string(pair.substr(0, equals + 1)) + beginning_of_session(value);
    else
      out += std::string(pair);
    if (end == query.npos) return out;
    out += '&';
    query.remove_prefix(end + 1);
  }
}

}  // namespace

std::string redact_url(std::string_view url) {
  const std::string bare = without_user_info(url);
  const UrlParts parts = split_url(bare);
  if (!parts.has_query) return bare;
  const std::size_t start = static_cast<std::size_t>(parts.query.data() - bare.data());
  return bare.substr(0, start) + redact_query(parts.query) + bare.substr(start + parts.query.size());
}

void Secrets::add_form(std::string form) {
  if (form.size() < kShortest) return;
  std::vector<std::string>& alike = by_start_[start_of(form)];
  if (std::find(alike.begin(), alike.end(), form) != alike.end()) return;
  const auto place =
      std::find_if(alike.begin(), alike.end(), [&](const std::string& other) { return other.size() < form.size(); });
  alike.insert(place, std::move(form));
}

void Secrets::add(std::string_view value) {
  const bool is_hidden = value.find(kRedacted) != value.npos;  // a text that went through here before
  if (value.size() < kShortest || is_hidden || is_plain_word(value)) return;
  const std::string plain(value);
  add_form(plain);
  add_form(inside_json(plain));
  add_form(percent_encoded(plain, "0123456789ABCDEF"));
  add_form(percent_encoded(plain, "0123456789abcdef"));
  add_form(inside_html(plain));
}

void Secrets::add_named(std::string_view name, std::string_view value) {
  if (speaks_of_secrets(name)) add(value);
}

void Secrets::add_header(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 7> kHarmless = {"accept", "accept-language", "content-type",        "host",
                                                         "origin", "user-agent",      "mcp-protocol-version"};
  if (std::find(kHarmless.begin(), kHarmless.end(), lower_case(name)) != kHarmless.end()) return;
  add(value);
  if (const std::size_t blank = value.find(' '); blank != value.npos && speaks_of_secrets(name))
    add(value.substr(blank + 1));
  if (lower_case(name) == "cookie")
    for (std::string_view rest = value; !rest.empty();) {
      const std::string_view pair = rest.substr(0, rest.find(';'));
      if (const std::size_t equals = pair.find('='); equals != pair.npos) add(pair.substr(equals + 1));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    }
}

void Secrets::add_url(std::string_view url) {
  const UrlParts parts = split_url(url);
  if (!parts.user_info.empty()) {
    const std::string user_info = percent_decoded(parts.user_info);
    const std::size_t colon = user_info.find(':');
    add(parts.user_info);
    if (colon != std::string::npos) add(std::string_view(user_info).substr(colon + 1));
    add_form(to_base64(user_info));  // of the header Authorization, RFC 7617
  }
  for (std::string_view query = parts.query; !query.empty();) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (const std::size_t equals = pair.find('='); equals != pair.npos && speaks_of_secrets(pair.substr(0, equals))) {
      add(pair.substr(equals + 1));
      add(percent_decoded(pair.substr(equals + 1)));
    }
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
}

void Secrets::add_command(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.find("://") != std::string::npos) add_url(word.substr(word.starts_with('-') ? word.find('=') + 1 : 0));
    const std::string_view name = name_part(word);
    if (!speaks_of_secrets(name)) continue;
    if (name.size() < word.size()) {
      const std::size_t value = word.find_first_not_of(' ', name.size() + 1);
      if (value != std::string::npos)
        word[name.size()] == ':' ? add_header(name, word.substr(value)) : add(word.substr(value));
    } else if (word.starts_with("-") && i + 1 < words.size()) {
      add(words[i + 1]);
    }
  }
}

void Secrets::add_shell_line(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  char quote = '\0';
  for (const char c : line) {
    if (quote != '\0' ? c == quote : c == '\'' || c == '"') {
      quote = quote != '\0' ? '\0' : c;
    } else if (quote == '\0' && std::isspace(static_cast<unsigned char>(c)) != 0) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  add_command(words);
}

void Secrets::add_variable(std::string_view name, std::string_view value) {
  if (speaks_of_secrets(name) || looks_like_key(value)) add(value);
  add_url(value);
}

void Secrets::add(const Secrets& others) {
  for (const auto& [start, forms] : others.by_start_)
    for (const std::string& form : forms) add_form(form);
}

std::size_t Secrets::secret_at(std::string_view text) const {
  if (text.size() < kShortest) return 0;
  const auto found = by_start_.find(start_of(text));
  if (found == by_start_.end()) return 0;
  for (const std::string& value : found->second) {
    if (text.starts_with(value)) return value.size();
    const std::size_t same = common_start(text, value);
    const std::string_view rest = text.substr(same);
    if (same >= kShortestBeginning && (rest.empty() || rest.starts_with("…"))) return same;
  }
  return 0;
}

std::string Secrets::hide(std::string_view text) const {
  if (empty()) return std::string(text);
  std::string out;
  std::size_t shown = 0;  // up to here the text is in `out`
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = secret_at(text.substr(at));
    if (length == 0) {
      ++at;
      continue;
    }
    out += text.substr(shown, at - shown);
    out += kRedacted;
    shown = at += length;
  }
  return out += text.substr(shown);
}

void Secrets::hide(nlohmann::json& value) const {
  if (empty()) return;
  if (value.is_string()) value = hide(value.get_ref<const std::string&>());
  if (value.is_array())
    for (nlohmann::json& item : value) hide(item);
  if (!value.is_object()) return;
  std::vector<std::pair<std::string, std::string>> renamed;
  for (auto& [key, member] : value.items()) {
    hide(member);
    if (std::string clean = hide(key); clean != key) renamed.emplace_back(key, std::move(clean));
  }
  for (const auto& [key, clean] : renamed) {
    value[clean] = std::move(value[key]);
    value.erase(key);
  }
}

}  // namespace mcplumb

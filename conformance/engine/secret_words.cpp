#include "conformance/engine/secret_words.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mcplumb {
namespace {

// Words of a name or a sentence, in small letters: "apiKey" and "API key" are "api key".
std::string in_words(std::string_view text) {
  std::string words;
  bool was_small = false;
  for (const char c : text) {
    const bool is_capital = c >= 'A' && c <= 'Z', is_small = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_capital && was_small) words += ' ';
    words += is_capital ? static_cast<char>(c - 'A' + 'a') : is_small ? c : ' ';
    was_small = is_small;
  }
  return " " + words + " ";
}

}  // namespace

bool asks_for_a_secret(std::string_view text) {
  const std::string words = in_words(text);
  static constexpr std::array kSecrets = {" password ",    " passphrase ",   " passwd ",      " api key ",
                                          " apikey ",      " secret ",       " secret key ",  " access token ",
                                          " auth token ",  " bearer token ", " private key ", " credit card ",
                                          " card number ", " cvv ",          " cvc "};
  return std::any_of(kSecrets.begin(), kSecrets.end(),
                     [&](const char* secret) { return words.find(secret) != std::string::npos; });
}

}  // namespace mcplumb

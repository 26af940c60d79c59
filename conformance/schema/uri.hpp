// URI references: RFC 3986, section 5.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb::schema {

struct SplitUri {
  std::string uri;       // without the fragment
  std::string fragment;  // without '#', as written
};
SplitUri split_fragment(std::string_view text);

// The absolute URI that `reference` means where `base` is the base URI. An empty base leaves the reference as it is.
std::string resolve_uri(std::string_view base, std::string_view reference);

}  // namespace mcplumb::schema

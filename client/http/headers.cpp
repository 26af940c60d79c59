#include "client/http/headers.hpp"

#include <strings.h>

#include <algorithm>

namespace mcplumb {

void remove_header(Headers& headers, std::string_view name) {
  const auto same = [&](const Header& header) {
    return header.name.size() == name.size() && strncasecmp(header.name.data(), name.data(), name.size()) == 0;
  };
  headers.erase(std::remove_if(headers.begin(), headers.end(), same), headers.end());
}

void set_header(Headers& headers, const Header& header) {
  remove_header(headers, header.name);
  headers.push_back(header);
}

void override_header(Headers& headers, const Header& header) {
  remove_header(headers, header.name);
  if (!header.value.empty()) headers.push_back(header);
}

}  // namespace mcplumb

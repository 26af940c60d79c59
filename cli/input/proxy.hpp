// The proxy that the environment names.
#pragma once

#include <string>

namespace mcplumb::cli {

// What http_proxy, https_proxy, all_proxy and no_proxy say for this URL; empty = none.
std::string proxy_from_environment(const std::string& url);

}  // namespace mcplumb::cli

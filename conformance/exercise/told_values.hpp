// Values that a description tells of: "IANA name (e.g. 'Europe/Oslo')". Many schemas have their examples there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

// Three at most, in the order of the text, without repetition: what stands in quotes behind words such as "e.g." or
// "for example", or else the one word behind them.
std::vector<std::string> told_values(std::string_view description);

}  // namespace mcplumb

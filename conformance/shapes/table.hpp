// The shapes of all that a server sends, in every published revision and in the released extensions, as text.
#pragma once

#include <string_view>

namespace mcplumb {

extern const std::string_view kWireShapes;

}  // namespace mcplumb

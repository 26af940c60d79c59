// The shapes of files that are published about a server, beside those of messages (conformance/shapes/table.hpp).
#pragma once

#include <string_view>

#include "conformance/shapes/definition.hpp"

namespace mcplumb {

extern const std::string_view kFileShapes;
const ShapeTable& file_shapes();  // the same, read once

}  // namespace mcplumb

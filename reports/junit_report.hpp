// JUnit XML for CI systems: a suite for each area, a case for each check. Legal XML 1.0 whatever the server sent.
#pragma once

#include <string>
#include <string_view>

#include "conformance/record/matrix.hpp"

namespace mcplumb {

std::string render_junit(const Run& run);
std::string render_junit(const Matrix& matrix);  // each area once for each revision

// Text for an attribute or an element. What XML 1.0 cannot hold (C0 controls, U+FFFE, bytes that are no UTF-8) is shown
// as \x1b or U+FFFD.
std::string xml_escaped(std::string_view text);

}  // namespace mcplumb

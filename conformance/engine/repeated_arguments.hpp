// What headers repeat of a tool's arguments (2026-07-28, basic/transports#custom-headers), for checks that send others.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "client/trace.hpp"
#include "conformance/engine/options.hpp"

namespace mcplumb {

// For each argument of the role that has a value and a header: {header, type, value, other, nested, nulled, accented}.
// `other` is another value of the same type, as header text; `nulled` are the arguments with null there, `accented`
// with a text that no header can carry as it is. Empty before the tool was listed.
nlohmann::json repeated_arguments(const Trace& trace, const ToolRole& role);

}  // namespace mcplumb

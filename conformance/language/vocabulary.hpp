// The closed sets of the suite language. The reader refuses what is not in them, docs/suite.schema.json lists the same.
#pragma once

#include <string_view>

#include "conformance/language/check.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb {

Words transport_words();
Words suite_keys();
Words default_keys();
Words check_keys();
Words use_keys();       // of an entry of `use` that is a map
Words session_words();  // in the order of SessionUse
Words watch_words();    // in the order of Watch, without `none`
Words capability_words();
Words modifier_keys();  // of steps
Words type_words();
Words built_in_names();  // usable as ${name} everywhere

}  // namespace mcplumb

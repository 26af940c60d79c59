// What the readers of one suite share.
#pragma once

#include "conformance/language/name_reader.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/value_reader.hpp"

namespace mcplumb {

struct Reading {
  ValueReader& values;  // the text, and where mistakes go
  NameReader& names;    // what is declared
  const ReaderContext& outside;
};

}  // namespace mcplumb

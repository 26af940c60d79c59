// How this project reports what the peer can cause: as a value. The only file that names the library behind it.
//
// What a peer causes (a reset, broken JSON, a 404) is an Error in a Result. What the operator or the machine causes (a
// bad flag, an unwritable file, no memory) is an exception, caught once in main. What we cause is an assert.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace mcplumb {

struct Error {
  std::string what;        // one sentence, no trailing full stop, fit to print after "error: "
  std::string where;       // "file:line:col", a URL or a JSON pointer; empty when there is no place to name
  bool own_limit = false;  // it is a bound of this program's, and nobody's fault
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string what, std::string where = {}) {
  return tl::make_unexpected(Error{std::move(what), std::move(where), false});
}

}  // namespace mcplumb

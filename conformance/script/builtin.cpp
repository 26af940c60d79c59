#include "conformance/script/builtin.hpp"

#include <stdexcept>

#include "conformance/script/pack.hpp"
#include "conformance/script/reader.hpp"

namespace mcplumb {

std::vector<Suite> unpack_suites(std::span<const PackedSuite> packed) {
  std::vector<Suite> suites;
  for (const PackedSuite& suite : packed) {
    const std::string file(suite.file);
    const auto unpacked = unpack(suite.bytes);
    if (!unpacked) throw std::logic_error("built-in suite " + file + ": " + unpacked.error().what);
    ReadResult read = read_suite(unpacked->root, unpacked->text, file);
    if (!read.problems.empty()) throw std::logic_error("built-in suite " + render(read.problems[0]));
    suites.push_back(std::move(read.suite));
  }
  return suites;
}

}  // namespace mcplumb

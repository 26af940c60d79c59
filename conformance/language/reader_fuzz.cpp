// Any text to the suite reader: it must end, without a fault, and what it accepts must survive packing.
#include <cstdint>
#include <cstdlib>

#include "conformance/language/pack.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcplumb;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ReadResult read = read_suite(text, "fuzz.yaml");
  for (const Diagnostic& problem : read.problems) {
    if (render(problem).empty()) std::abort();
  }
  if (const YamlResult yaml = parse_yaml(text, "fuzz.yaml"); yaml.root) {
    const auto unpacked = unpack(pack(*yaml.root, text));
    if (!unpacked || unpacked->root != *yaml.root) std::abort();
  }
  static_cast<void>(unpack(text));
  return 0;
}

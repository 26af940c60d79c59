// Any text to the suite reader: it must end, without a fault, and what it accepts must survive packing.
#include "conformance/language/pack.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/yaml.hpp"
#include "tests/fuzz.hpp"

MCPLUMB_FUZZER(reader_fuzz) {
  using namespace mcplumb;
  const ReadResult read = read_suite(input, "fuzz.yaml");
  for (const Diagnostic& problem : read.problems) {
    fuzz::require(!problem.message.empty() && problem.line >= 1 && problem.column >= 1, "a mistake has its place");
    fuzz::require_printable(render(problem), "\n");
  }
  if (const YamlResult yaml = parse_yaml(input, "fuzz.yaml"); yaml.root) {
    const auto unpacked = unpack(pack(*yaml.root, input));
    fuzz::require(unpacked && unpacked->root == *yaml.root, "what was packed can be unpacked");
  }
  static_cast<void>(unpack(input));
}

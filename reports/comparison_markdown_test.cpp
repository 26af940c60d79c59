#include <doctest/doctest.h>

#include "reports/comparison_report.hpp"
#include "reports/sample_comparisons.hpp"

using namespace mcplumb;

TEST_CASE("markdown: text of a server is neither markup, nor a row, nor the mention of a person") {
  Comparison comparison = sample::broken();
  comparison.title = "@somebody <img src=x> **bold** | `code` [x](y)";
  const std::string text = render_comparison_markdown(comparison);
  const std::string heading = text.substr(0, text.find('\n'));
  CHECK(heading.find("@\u200Bsomebody &lt;img src=x&gt; \\*\\*bold\\*\\* \\| \\`code\\` \\[x\\](y)") !=
        std::string::npos);
}

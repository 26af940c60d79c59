// Carries out the checks on a file (`watch: manifest`).
#pragma once

#include "conformance/language/check.hpp"
#include "conformance/manifest/manifest.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// What comes of the check, with all that a report shows of it.
Outcome judge_manifest(const Check& check, const Suite& suite, const Manifest& manifest, bool strict);

}  // namespace mcplumb

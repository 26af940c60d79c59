// Runs the official JSON Schema test suite against our validator. For tests/schema_suite.py.
//   schema-suite FOLDER DRAFT [all]     FOLDER holds tests/ and remotes/ of the suite
// `all` takes the optional ones too, except format/ and content.json: these keywords are annotations to us.
// Prints one line for each test that goes wrong, and "N of M" at the end. Exit code 1 if any did.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "conformance/schema/schema.hpp"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using namespace mcplumb::schema;

json read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return json::parse(text, nullptr, false);
}

Documents read_remotes(const fs::path& folder) {
  Documents documents;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".json")
      documents.emplace("http://localhost:1234/" + fs::relative(entry.path(), folder).string(), read(entry.path()));
  return documents;
}

struct Count {
  int right = 0, all = 0;
};

void run_file(const fs::path& path, const std::string& name, Draft draft, const Documents& documents, Count& count) {
  for (const json& group : read(path)) {
    const auto schema = Schema::compile(group["schema"], {.draft = draft, .documents = &documents});
    for (const json& test : group["tests"]) {
      ++count.all;
      const Verdict verdict = schema ? schema->check(test["data"]) : Verdict{{}, schema.error().what};
      const bool wanted = test["valid"];
      bool right = wanted ? verdict.valid() : verdict.invalid();
      for (const Problem& problem : verdict.problems)  // each names its places
        right = right && problem.schema.find('#') != std::string::npos && !problem.what.empty() &&
                test["data"].contains(json::json_pointer(problem.instance));
      count.right += right ? 1 : 0;
      if (right) continue;
      std::printf("%s: %s: %s: must be %s%s%s\n", name.c_str(), group["description"].get<std::string>().c_str(),
                  test["description"].get<std::string>().c_str(), wanted ? "valid" : "invalid",
                  verdict.undecided.empty() ? "" : "; ", verdict.undecided.c_str());
      for (const Problem& problem : verdict.problems)
        std::printf("    '%s' %s  (%s)\n", problem.instance.c_str(), problem.what.c_str(), problem.schema.c_str());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const fs::path folder = argv[1];
  const std::string name = argv[2];
  const Draft draft = name == "draft6"         ? Draft::draft6
                      : name == "draft7"       ? Draft::draft7
                      : name == "draft2019-09" ? Draft::draft2019_09
                                               : Draft::draft2020_12;
  const Documents documents = read_remotes(folder / "remotes");
  Count count;
  const fs::path tests = folder / "tests" / name;
  for (const auto& entry : fs::recursive_directory_iterator(tests)) {
    const bool optional = entry.path().parent_path() != tests;
    const std::string file = fs::relative(entry.path(), tests).string();
    if (entry.path().extension() != ".json" || (optional && argc < 4)) continue;
    if (file.starts_with("optional/format") || file == "optional/content.json") continue;
    run_file(entry.path(), file, draft, documents, count);
  }
  std::printf("%d of %d\n", count.right, count.all);
  return count.right == count.all ? 0 : 1;
}

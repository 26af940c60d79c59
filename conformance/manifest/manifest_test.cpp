// Proven twice, as all checks are: each passes on a sample that obeys, and does not on what its mutants make of it.
#include <doctest/doctest.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "client/text/base64.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/manifest/file_shapes.hpp"
#include "conformance/manifest/judge.hpp"
#include "conformance/manifest/rules.hpp"
#include "conformance/shapes/look.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<json> samples_of(const std::string& suite) {
  std::vector<json> found;
  for (const auto& entry : std::filesystem::directory_iterator(MCPLUMB_SOURCE_DIR "/fixtures/manifests"))
    if (entry.path().extension() == ".json")
      if (json sample = json::parse(text_of_file(entry.path().string())); sample.value("suite", "") == suite)
        found.push_back(std::move(sample));
  return found;
}

std::string archive_of(const json& entries) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  std::vector<std::string> contents;
  contents.reserve(entries.size());
  for (const auto& [name, entry] : entries.items()) {
    contents.push_back(entry.contains("base64") ? *from_base64(entry["base64"].get<std::string>())
                                                : entry["text"].get<std::string>());
    zip_source_t* content = zip_source_buffer(archive, contents.back().data(), contents.back().size(), 0);
    const auto index = static_cast<zip_uint64_t>(zip_file_add(archive, name.c_str(), content, 0));
    zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, entry.value("mode", 0100644U) << 16);
  }
  zip_close(archive);
  zip_source_open(source);
  zip_source_seek(source, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_free(source);
  return bytes;
}

LiveServer live_server_of(const json& live) {
  LiveServer made;
  made.target = live["target"];
  made.name = live["name"];
  made.version = live["version"];
  made.title = live["title"];
  made.revision = live["revision"];
  made.transport = live["transport"];
  made.reached = live["reached"];
  made.tools = live["tools"];
  made.prompts = live["prompts"];
  return made;
}

Manifest made_of(const json& sample) {
  std::string text = sample.contains("text") ? sample["text"]["is"].get<std::string>() : sample["file"].dump();
  const std::string inside = sample.value("name-inside", "manifest.json");
  if (sample.contains("entries") && text != "no archive at all") {
    json entries = sample["entries"];
    entries[inside] = {{"text", text}};
    text = archive_of(entries);
  }
  Manifest manifest = read_manifest(std::move(text), sample["name"]);
  if (sample.contains("package.json")) manifest.beside.package_json = sample["package.json"].dump();
  if (sample.contains("readme"))
    manifest.beside.readme =
        (sample["readme"].is_string() ? sample["readme"] : sample["readme"]["is"]).get<std::string>();
  if (sample.contains("hashes")) manifest.beside.hashes = sample["hashes"].get<std::map<std::string, std::string>>();
  if (sample.contains("live")) manifest.live = live_server_of(sample["live"]);
  return manifest;
}

// "PART /POINTER = JSON" or "PART - /POINTER".
void edit(json& sample, const std::string& text) {
  const std::size_t space = text.find(' ');
  const std::string part = text.substr(0, space);
  std::string rest = text.substr(space + 1);
  const bool removes = rest.starts_with("- ");
  if (removes) rest.erase(0, 2);
  const std::size_t end = removes ? rest.size() : rest.find(" = ");
  const json::json_pointer place(rest.substr(0, end));
  if (part == "text" || part == "name" || part == "readme") {
    const json value = json::parse(rest.substr(end + 3));
    if (part == "name")
      sample["name-inside"] = value;
    else
      sample[part] = {{"is", value}};
    return;
  }
  if (!sample.contains(part)) throw std::invalid_argument(part);
  json& whole = sample[part];
  if (!removes) {
    whole[place] = json::parse(rest.substr(end + 3));
  } else if (whole.contains(place)) {
    json& parent = whole[place.parent_pointer()];
    parent.is_object() ? static_cast<void>(parent.erase(place.back())) : parent.erase(std::stoul(place.back()));
  }
}

json edited(json sample, const std::string& mutant) {
  for (std::size_t from = 0; from <= mutant.size();) {
    const std::size_t end = std::min(mutant.find(" ; ", from), mutant.size());
    edit(sample, mutant.substr(from, end - from));
    from = end + 3;
  }
  return sample;
}

Suite suite_named(const std::string& name) {
  ReaderContext context;
  context.judges = manifest_rule_names();
  for (const std::string& each : members_of(file_shapes())) context.members.push_back(each);
  const std::string path = MCPLUMB_SOURCE_DIR "/conformance/suites/" + name + ".yaml";
  ReadResult read = read_suite(text_of_file(path), name + ".yaml", context);
  for (const Diagnostic& problem : read.problems) FAIL_CHECK(render(problem));
  return std::move(read.suite);
}

std::string in_words(const Outcome& outcome) {
  std::string text(to_string(outcome.verdict));
  for (const Finding& finding : outcome.findings)
    text += "; " + finding.path + ": expected " + finding.expected + ", actual " + finding.actual;
  return text;
}

bool is_blamed(const Outcome& outcome) { return outcome.verdict != Verdict::pass && outcome.verdict != Verdict::skip; }

// Whether a sample on which the check passes is blamed for what the mutant makes of it.
bool notices(const Check& check, const Suite& suite, const std::vector<json>& samples, const std::string& mutant) {
  for (const json& sample : samples) {
    if (judge_manifest(check, suite, made_of(sample), false).verdict != Verdict::pass) continue;
    try {
      if (is_blamed(judge_manifest(check, suite, made_of(edited(sample, mutant)), false))) return true;
    } catch (const std::exception&) {  // the sample has no such place
    }
  }
  return false;
}

void prove(const std::string& name) {
  const Suite suite = suite_named(name);
  const std::vector<json> samples = samples_of(name);
  CHECK(suite.checks.size() > 10);
  for (const Check& check : suite.checks) {
    CAPTURE(check.id);
    bool passes = false;
    for (const json& sample : samples) {
      const Outcome outcome = judge_manifest(check, suite, made_of(sample), false);
      passes = passes || outcome.verdict == Verdict::pass;
      if (is_blamed(outcome)) FAIL_CHECK(in_words(outcome));
    }
    CHECK(passes);
    CHECK_FALSE(check.mutants.empty());
    for (const std::string& mutant : check.mutants) {
      CAPTURE(mutant);
      CHECK(notices(check, suite, samples, mutant));
    }
  }
}

TEST_CASE("manifest: every check of server.json passes, and notices its mutants") { prove("server-json"); }
TEST_CASE("manifest: every check of bundles passes, and notices its mutants") { prove("bundle"); }
TEST_CASE("manifest: every check of server cards passes, and notices its mutants") { prove("server-card"); }

TEST_CASE("manifest: what a file is") {
  CHECK(read_manifest(R"({"manifest_version": "0.3"})", "a.json").kind == ManifestKind::bundle_manifest);
  CHECK(read_manifest(R"({"name": "a/b", "remotes": []})", "manifest.json").kind == ManifestKind::server_json);
  CHECK(read_manifest(R"({"$schema": "https://x/v1/server-card.schema.json"})", "x.json").kind ==
        ManifestKind::server_card);
  CHECK(read_manifest("{", "server.json").document.is_null());
  CHECK_FALSE(read_manifest("PK\x03\x04garbage", "a.json").problem.empty());
}

TEST_CASE("manifest: a signed bundle is read, and no more of it than there is a bound for") {
  std::string bytes =
      archive_of({{"manifest.json", {{"text", "{}"}}}, {"large", {{"text", std::string(4 << 20, 'x')}}}});
  const Manifest manifest = read_manifest(bytes + "MCPB_SIG_V1 something MCPB_SIG_END", "a.mcpb");
  CHECK(manifest.problem == "");
  CHECK(manifest.bundle->is_signed());
  CHECK(manifest.bundle->read("large")->size() == 1 << 20);
  CHECK_FALSE(manifest.bundle->read("nothing"));
}

}  // namespace
}  // namespace mcplumb

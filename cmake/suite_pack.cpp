// suite-pack OUT.cpp FILE.yaml...: checks the built-in suites and writes them, packed, as one C++ file.
// Prints every mistake and exits 1 if there is one; the old OUT.cpp then stays as it was.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "conformance/language/pack.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/yaml.hpp"

namespace {

using namespace mcplumb;

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) throw std::runtime_error("cannot read " + path);
  return text;
}

// Octal escapes of three digits cannot run into the next character. Lines stay short for people and compilers.
void write_bytes(std::ostream& out, const std::string& bytes) {
  out << "    \"";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (i > 0 && i % 100 == 0) out << "\"\n    \"";
    const bool plain = byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\' && byte != '?';
    char escaped[5];
    std::snprintf(escaped, sizeof escaped, "\\%03o", byte);
    plain ? out << bytes[i] : out << escaped;
  }
  out << "\"";
}

class Packer {
 public:
  void add(const std::string& path) {
    const std::string text = read_file(path);
    ReaderContext context;
    context.taken = ids_;
    context.named_as_file = true;
    const ReadResult read = read_suite(text, path, context);
    for (const Diagnostic& problem : read.problems) std::fputs(render(problem).c_str(), stderr);
    failed_ = failed_ || !read.problems.empty();
    for (const Check& check : read.suite.checks) {
      ids_.emplace(check.id,
                   check.at.file + ":" + std::to_string(check.at.line) + ":" + std::to_string(check.at.column));
    }
    checks_ += read.suite.checks.size();
    if (failed_) return;
    std::string ids;
    for (const Check& check : read.suite.checks) ids += (ids.empty() ? "" : " ") + check.id;
    packed_.push_back({file_name(path), pack(*parse_yaml(text, path).root, text), std::move(ids)});
  }

  std::string generated() {
    // In alphabetical order; but what is true of nearly every server comes last, so that it hides nothing.
    const auto rank = [](const auto& each) { return std::pair(each.file == "security.yaml", each.file); };
    std::sort(packed_.begin(), packed_.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    std::ostringstream out;
    out << "// Written by suite-pack.\n#include <array>\n\n#include \"conformance/suites/builtin.hpp\"\n\n"
        << "namespace mcplumb {\nnamespace {\n\n";
    for (std::size_t i = 0; i < packed_.size(); ++i) {
      out << "constexpr char kBytes" << i << "[] =\n";
      write_bytes(out, packed_[i].bytes);
      out << ";\nconstexpr char kIds" << i << "[] =\n";
      write_bytes(out, packed_[i].ids);
      out << ";\n";
    }
    out << "const std::array<PackedSuite, " << packed_.size() << "> kSuites{{\n";
    for (std::size_t i = 0; i < packed_.size(); ++i) {
      out << "    {\"" << packed_[i].file << "\", {kBytes" << i << ", " << packed_[i].bytes.size() << "}, kIds" << i
          << "},\n";
    }
    out << "}};\n\n}  // namespace\n\nstd::span<const PackedSuite> packed_builtin_suites() { return kSuites; }\n\n"
        << "}  // namespace mcplumb\n";
    return out.str();
  }

  bool failed() const { return failed_; }
  std::size_t checks() const { return checks_; }

 private:
  std::map<std::string, std::string> ids_;
  struct Packed {
    std::string file, bytes, ids;
  };
  std::vector<Packed> packed_;
  std::size_t checks_ = 0;
  bool failed_ = false;
};

int run(int argc, char** argv) {
  if (argc < 2) throw std::runtime_error("usage: suite-pack OUT.cpp FILE.yaml...");
  Packer packer;
  for (int i = 2; i < argc; ++i) packer.add(argv[i]);
  if (packer.failed()) return 1;
  std::ofstream out(argv[1], std::ios::binary);
  out << packer.generated();
  if (!out.flush()) throw std::runtime_error(std::string("cannot write ") + argv[1]);
  std::printf("%d suites, %zu checks\n", argc - 2, packer.checks());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "suite-pack: %s\n", problem.what());
    return 1;
  }
}

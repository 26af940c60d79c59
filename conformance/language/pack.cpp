#include "conformance/language/pack.hpp"

#include <stdexcept>

#include "conformance/language/reader.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kMagic = "MCPS1";
constexpr int kDeepestPacked = 70;

void write_number(std::string& out, std::size_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(0x80 | (number & 0x7F));
  out += static_cast<char>(number);
}

void write_text(std::string& out, std::string_view text) {
  write_number(out, text.size());
  out += text;
}

void write_node(std::string& out, const Node& node) {
  write_number(out, static_cast<std::size_t>(node.kind) * 2 + (node.plain ? 1 : 0));
  for (const int number : {node.line, node.column, node.end_line, node.end_column}) {
    write_number(out, static_cast<std::size_t>(number));
  }
  write_text(out, node.text);
  write_number(out, node.items.size());
  for (const Node& item : node.items) write_node(out, item);
  write_number(out, node.keys.size());
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    write_node(out, node.keys[i]);
    write_node(out, node.values[i]);
  }
}

// Reads within bounds; after the first fault everything is 0 and `failed`.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

  std::size_t number() {
    std::size_t result = 0;
    for (unsigned shift = 0; shift < 63 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_[0]);
      rest_.remove_prefix(1);
      result |= static_cast<std::size_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return result;
    }
    failed_ = true;
    return 0;
  }

  std::string text() {
    const std::size_t size = number();
    if (size > rest_.size()) failed_ = true;
    if (failed_) return {};
    std::string result(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return result;
  }

  Node node(int depth) {
    Node result;
    const std::size_t kind = number();
    if (kind > 5 || depth > kDeepestPacked) failed_ = true;
    if (failed_) return result;
    result.kind = static_cast<Node::Kind>(kind / 2);
    result.plain = kind % 2 == 1;
    for (int* place : {&result.line, &result.column, &result.end_line, &result.end_column}) {
      *place = static_cast<int>(number());
    }
    result.text = text();
    const std::size_t items = number();
    for (std::size_t i = 0; i < items && !failed_; ++i) result.items.push_back(node(depth + 1));
    const std::size_t pairs = number();
    for (std::size_t i = 0; i < pairs && !failed_; ++i) {
      result.keys.push_back(node(depth + 1));
      result.values.push_back(node(depth + 1));
    }
    return result;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::string pack(const Node& root, std::string_view text) {
  std::string out(kMagic);
  write_text(out, text);
  write_node(out, root);
  return out;
}

Result<PackedFile> unpack(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) return failure("not a packed suite");
  Unpacker unpacker(bytes.substr(kMagic.size()));
  PackedFile file;
  file.text = unpacker.text();
  file.root = unpacker.node(1);
  if (unpacker.failed() || !unpacker.at_end()) return failure("the packed suite is damaged");
  return file;
}

bool PackedSuite::holds(std::string_view id) const {
  const std::size_t at = id.empty() ? ids.npos : (" " + std::string(ids) + " ").find(" " + std::string(id) + " ");
  return at != ids.npos;
}

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

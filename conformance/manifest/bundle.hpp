// An MCP bundle (.mcpb): a ZIP archive with a manifest.json. Nothing of it is ever unpacked to a disk, and of what it
// holds little is read, up to a bound.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

struct BundleEntry {
  std::string name;
  std::uint64_t size = 0;          // as the archive says
  std::optional<unsigned> mode{};  // of Unix, if the archive has it
};

class Bundle {
 public:
  explicit Bundle(std::string bytes);
  ~Bundle();
  Bundle(Bundle&&) noexcept;
  Bundle& operator=(Bundle&&) noexcept;

  const std::string& problem() const { return problem_; }  // why it is no archive; empty: it is one
  bool is_signed() const { return signed_; }
  const std::vector<BundleEntry>& entries() const { return entries_; }
  const BundleEntry* find(std::string_view name) const;
  bool has_folder(std::string_view name) const;  // something lies in it
  // The content of an entry, or its beginning; nothing if there is none, or it cannot be read.
  std::optional<std::string> read(const std::string& name, std::size_t most = 1 << 20) const;

 private:
  std::string bytes_, problem_;
  bool signed_ = false;
  std::vector<BundleEntry> entries_;
  void* archive_ = nullptr;  // of libzip
};

bool is_archive(std::string_view bytes);

}  // namespace mcplumb

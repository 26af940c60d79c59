#include "conformance/manifest/bundle.hpp"

#include <zip.h>

#include <algorithm>
#include <utility>

namespace mcplumb {
namespace {

constexpr std::size_t kMostEntries = 50'000;
constexpr std::string_view kSignature = "MCPB_SIG_V1", kSignatureEnd = "MCPB_SIG_END";

std::string error_text(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

}  // namespace

bool is_archive(std::string_view bytes) { return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"); }

Bundle::Bundle(std::string bytes) : bytes_(std::move(bytes)) {
  // A signature stands behind the archive, which has to end where it begins.
  if (bytes_.ends_with(kSignatureEnd))
    if (const std::size_t at = bytes_.rfind(kSignature); at != std::string::npos) {
      signed_ = true;
      bytes_.resize(at);
    }
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error);
  zip_t* archive = source != nullptr ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (archive == nullptr) {
    if (source != nullptr) zip_source_free(source);
    problem_ = error_text(error);
    return;
  }
  zip_error_fini(&error);
  archive_ = archive;
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < count && entries_.size() < kMostEntries; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat) != 0 || stat.name == nullptr) continue;
    BundleEntry& entry = entries_.emplace_back();
    entry.name = stat.name;
    entry.size = (stat.valid & ZIP_STAT_SIZE) != 0 ? stat.size : 0;
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(archive, static_cast<zip_uint64_t>(i), 0, &system, &attributes) == 0 &&
        system == ZIP_OPSYS_UNIX)
      entry.mode = attributes >> 16;
  }
}

Bundle::~Bundle() {
  if (archive_ != nullptr) zip_discard(static_cast<zip_t*>(archive_));
}

// The archive points into the bytes, which stay where they are: a short text would not, but is no archive.
Bundle::Bundle(Bundle&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      problem_(std::move(other.problem_)),
      signed_(other.signed_),
      entries_(std::move(other.entries_)),
      archive_(std::exchange(other.archive_, nullptr)) {}

Bundle& Bundle::operator=(Bundle&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(problem_, other.problem_);
  std::swap(signed_, other.signed_);
  std::swap(entries_, other.entries_);
  std::swap(archive_, other.archive_);
  return *this;
}

const BundleEntry* Bundle::find(std::string_view name) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const BundleEntry& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

bool Bundle::has_folder(std::string_view name) const {
  const std::string begin = std::string(name) + "/";
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const BundleEntry& entry) { return entry.name.starts_with(begin); });
}

std::optional<std::string> Bundle::read(const std::string& name, std::size_t most) const {
  if (archive_ == nullptr) return std::nullopt;
  zip_file_t* file = zip_fopen(static_cast<zip_t*>(archive_), name.c_str(), 0);
  if (file == nullptr) return std::nullopt;
  std::string content;
  char block[16384];
  zip_int64_t count = 0;
  while (content.size() < most && (count = zip_fread(file, block, std::min(sizeof block, most - content.size()))) > 0)
    content.append(block, static_cast<std::size_t>(count));
  zip_fclose(file);
  return count < 0 ? std::nullopt : std::optional(std::move(content));
}

}  // namespace mcplumb

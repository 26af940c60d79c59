#define PCRE2_CODE_UNIT_WIDTH 8
#include "conformance/schema/pcre.hpp"

#include <pcre2.h>

#include <new>

namespace mcplumb {
namespace {

constexpr std::uint32_t kMatchLimit = 500'000, kHeapLimitKib = 20'000;

PCRE2_SPTR bytes_of(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

struct FreeData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

}  // namespace

void Pcre::Free::operator()(void* code) const { pcre2_code_free(static_cast<pcre2_code*>(code)); }

Result<Pcre> Pcre::compile(const std::string& expression, std::uint32_t options) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  Pcre pcre;
  pcre.code_.reset(pcre2_compile(bytes_of(expression), expression.size(), options, &error, &offset, nullptr));
  if (pcre.code_) return pcre;
  PCRE2_UCHAR text[160];
  pcre2_get_error_message(error, text, sizeof text);
  return failure(std::string(reinterpret_cast<const char*>(text)), std::to_string(offset + 1));
}

Pcre::Match Pcre::search(std::string_view text) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const std::unique_ptr<pcre2_match_data, FreeData> data(pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  if (!data || !context) throw std::bad_alloc();
  pcre2_set_match_limit(context.get(), kMatchLimit);
  pcre2_set_heap_limit(context.get(), kHeapLimitKib);
  const int rc = pcre2_match(code, bytes_of(text), text.size(), 0, 0, data.get(), context.get());
  return rc >= 0 ? Match::yes : rc == PCRE2_ERROR_NOMATCH ? Match::no : Match::gave_up;
}

}  // namespace mcplumb

#include "client/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace mcplumb {

struct Log::Sink {
  spdlog::logger logger{"mcplumb", std::make_shared<spdlog::sinks::stderr_color_sink_st>()};
};

Log::Log(Level level, Shown shown) : level_(level), shown_(std::move(shown)) {}
Log::~Log() = default;

void Log::write(Level level, std::string_view text) {
  if (level > level_) return;
  if (!sink_) {
    sink_ = std::make_unique<Sink>();
    sink_->logger.set_level(spdlog::level::debug);
    sink_->logger.set_pattern("%^%l%$: %v");
  }
  const std::string visible = shown_ ? shown_(text) : std::string(text);
  const spdlog::string_view_t line(visible.data(), visible.size());
  if (level == Level::warning) sink_->logger.warn(line);
  if (level == Level::info) sink_->logger.info(line);
  if (level == Level::debug) sink_->logger.debug(line);
}

void Log::warning(std::string_view text) { write(Level::warning, text); }
void Log::info(std::string_view text) { write(Level::info, text); }
void Log::debug(std::string_view text) { write(Level::debug, text); }

}  // namespace mcplumb

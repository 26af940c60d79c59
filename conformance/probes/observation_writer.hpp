// Takes observations down in a run, each by the id that comparisons know it by.
#pragma once

#include "client/loop.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

class ObservationWriter {
 protected:
  ObservationWriter(Run& run, EventLoop& loop) : run_(run), loop_(loop) {}

  void word(const char* id, const std::string& title, std::string value, const Exchange* exchange = nullptr) {
    take({id, title, std::move(value), std::nullopt, "", number_of(exchange)});
  }
  void amount(const char* id, const std::string& title, std::string value, double number, const char* unit) {
    take({id, title, std::move(value), number, unit, std::nullopt});
  }
  // A span of time, the median of many: what a tenth of them is below, the median, and what a tenth is above.
  struct Spread {
    Micros low, median, high;
  };
  void spread(const char* id, const std::string& title, std::string value, const Spread& spread) {
    const auto milliseconds = [](Micros span) { return static_cast<double>(span) / kMillisecond; };
    take({id, title, std::move(value), milliseconds(spread.median), "ms", std::nullopt, "", milliseconds(spread.low),
          milliseconds(spread.high)});
  }
  // `status` decides what another value means (Observation::unit).
  void status(const char* id, const std::string& title, std::string value, int status, const Exchange* exchange) {
    take({id, title, std::move(value), static_cast<double>(status), "status", number_of(exchange)});
  }
  bool go_on() const { return !loop_.stopped(); }
  ProcessFacts& facts_of_process() {
    if (!run_.process_facts) run_.process_facts.emplace();
    return *run_.process_facts;
  }

  // How busy the program is while nothing is asked, over `window` from now; runs the loop.
  void idle(long group, Micros window);
  void start_cost(Micros span);
  void end_cost(const ProcessRecord& process, Micros since);

  Run& run_;
  EventLoop& loop_;

 private:
  // What came out when the loop was stopped we cut ourselves.
  void take(Observation observation) {
    if (go_on()) run_.observations.push_back(std::move(observation));
  }
  static std::optional<std::size_t> number_of(const Exchange* exchange) {
    return exchange == nullptr ? std::nullopt : std::optional(exchange->number);
  }
};

}  // namespace mcplumb

// Probes of a server that harm nothing: what it speaks, what it offers, how its streams look, how fast it is.
// No tool is called, no resource read, no prompt fetched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/engine/need_probes.hpp"

namespace mcplumb {

struct ServerProfile {
  struct Count {
    std::string what;  // "tools"
    std::size_t items = 0, pages = 0;
    bool complete = true;       // false: stopped at a bound
    std::string problem;        // why there is no number, one sentence
    std::size_t for_model = 0;  // bytes of what a model is given of it (model_view.hpp); tools only
  };
  struct StreamLook {
    std::string which;  // "POST" or "GET"
    int status = 0;
    std::string media_type, x_accel_buffering, cache_control, content_encoding;  // "" = absent
    Micros headers = kNever;                                                     // after the request
    bool has_ids = false;
  };
  std::vector<Count> counts;  // of what the server declares
  std::optional<StreamLook> post, get;
  bool session_id = false;
  // Spans. In the stateless era server/discover stands for initialize, and for ping; ping: the median of three.
  Micros connect = kNever, initialize = kNever, ping = kNever;
};

std::size_t unread_lists(const ServerProfile& profile);

// Needs a session that is open in `needs`. Stops early, with what it has, once the loop was stopped.
ServerProfile probe_profile(NeedProbes& needs, HttpClient& http, const RunOptions& options);

}  // namespace mcplumb

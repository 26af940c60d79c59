#include "conformance/exercise/offers.hpp"

#include <algorithm>
#include <initializer_list>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/exercise/exerciser.hpp"
#include "conformance/exercise/result_words.hpp"
#include "conformance/exercise/selection.hpp"
#include "conformance/language/uri_template.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kRounds = 6, kSilentBefore = 2, kTriesAtLeast = 2, kLongArgument = 2000;
constexpr std::size_t kOnlyRequired = 1;  // the round in which a prompt gets no other arguments
constexpr Micros kSlowOffer = kSecond;    // what takes longer is not asked for more often than what is silent
constexpr std::size_t kServeChecks = 3;   // of each kind; every check asks for each of them
constexpr std::size_t kArgumentsMax = 100;
constexpr std::string_view kOfferRole = "served";

std::size_t arguments_of(const json& prompt) {
  const json* listed = member(prompt, "arguments");
  return listed == nullptr ? 0 : listed->size();
}

bool allows_templates(const ToolSelection& selection) {
  return std::find(selection.globs.begin(), selection.globs.end(), "*") != selection.globs.end();
}

struct Offered {
  const char* method;
  const json* listed;
  std::string uri;  // of a resource
  ToolUse* use;
  std::vector<Micros> spans{};
  std::size_t silent = 0;
  std::string refusal{};  // the first that was an error
  json refused_with{};
  std::optional<std::size_t> refusal_at{};

  bool is_resource() const { return !uri.empty(); }
  bool is_slow() const { return !spans.empty() && spans.back() > kSlowOffer; }
  bool requires_arguments() const { return !is_resource() && !prompt_arguments(*listed, kOnlyRequired).empty(); }
  json params(std::size_t round) const {
    if (is_resource()) return {{"uri", uri}};
    json made = {{"name", string_member(*listed, "name")}};
    json arguments = prompt_arguments(*listed, round);
    if (!arguments.empty()) made["arguments"] = std::move(arguments);
    return made;
  }
};

class OfferExerciser {
 public:
  OfferExerciser(ToolCaller& caller, const Trace& trace, const ExerciseOptions& options, Exercise& exercise)
      : caller_(caller), trace_(trace), options_(options), exercise_(exercise) {}

  void choose(const Surface& surface) {
    const std::size_t resources = surface.resources.json().size() + surface.templates.json().size();
    exercise_.resources.reserve(options_.resources.empty() ? 0 : resources);
    exercise_.prompts.reserve(options_.prompts.empty() ? 0 : surface.prompts.json().size());
    if (!options_.prompts.empty())  // first, as they are fewer
      for (const json& each : elements(surface.prompts))
        add(exercise_.prompts, options_.prompts, "prompts/get", each, string_member(each, "name"));
    if (options_.resources.empty()) return;
    for (const json& each : elements(surface.resources))
      add(exercise_.resources, options_.resources, "resources/read", each, string_member(each, "uri"));
    if (!allows_templates(options_.resources)) return;
    for (const json& each : elements(surface.templates))
      add(exercise_.resources, options_.resources, "resources/read", each,
          expand(std::string(string_member(each, "uriTemplate")), "1"));
  }

  // How many calls it made.
  std::size_t carry_out(std::size_t calls) {
    std::size_t made = 0;
    for (std::size_t round = 0; round < kRounds; ++round)
      for (Offered& each : chosen_) {
        if (each.silent >= kSilentBefore || (round >= kSilentBefore && each.is_slow())) continue;
        if (made == calls) return finish("as --calls bounds them: " + unasked(), made);
        ++made;
        if (!ask(each, round)) return finish(caller_.why_none(), made);
      }
    if (last_ != nullptr && !caller_.loop().stopped() && !caller_.own_alive()) find_who_ended_it({last_});
    return finish("", made);
  }

 private:
  static const json& elements(const json& list) {
    static const json kNone = json::array();
    return list.is_array() ? list : kNone;
  }

  void add(std::vector<ToolUse>& uses, const ToolSelection& selection, const char* method, const json& listed,
           std::string_view name) {
    ToolUse& use = uses.emplace_back(use_of(selection, name, true));  // what is listed is safe to be read
    if (use.left_out.empty() && arguments_of(listed) > kArgumentsMax)
      use.left_out = use.own_limit = "it has " + more_than_own_limit(kArgumentsMax, "arguments");
    if (!use.left_out.empty()) return;
    const bool is_resource = method == std::string_view("resources/read");
    chosen_.push_back({method, &listed, is_resource ? use.tool : "", &use});
  }

  std::string unasked() const {
    const auto count =
        std::count_if(chosen_.begin(), chosen_.end(), [](const Offered& each) { return each.use->fitting == 0; });
    return std::to_string(count) + " of " + plural(chosen_.size(), "resource or prompt", "resources and prompts") +
           " were not asked for";
  }

  Answer send(OpenSession& own, const Offered& offered, std::size_t round) {
    RequestOptions request;
    request.purpose = kExercisePurpose;
    request.deadline = caller_.loop().now() + options_.deadline;
    return own.session->request(offered.method, offered.params(round), std::move(request));
  }

  // False: there is no session any more, or it was interrupted.
  bool ask(Offered& offered, std::size_t round, bool in_new_session = false) {
    OpenSession* own = caller_.session();
    if (own == nullptr) return false;
    const Answer answer = send(*own, offered, round);
    if (caller_.loop().stopped()) return false;
    const ToolCaller::Barrier met = caller_.barrier(trace_.exchanges[answer.exchange]);
    if (met == ToolCaller::Barrier::closed) return false;
    caller_.forget_large_arguments(answer.exchange);
    if (met == ToolCaller::Barrier::waited) return ask(offered, round);
    // The session may have been gone before: then it has not been answered yet.
    if (trace_.exchanges[answer.exchange].status() >= 400 && !in_new_session && !caller_.own_alive()) {
      find_who_ended_it({last_, &offered});
      return ask(offered, round, true);
    }
    ++offered.use->fitting;
    look(offered, answer, own->session->response(answer), offered.params(round));
    last_ = &offered;
    return true;
  }

  // Each alone, in a session of its own. If it is none of them, the session may have ended by itself.
  void find_who_ended_it(std::initializer_list<Offered*> suspects) {
    for (Offered* each : suspects) {
      if (each == nullptr || each->use->find(ToolFaultKind::session) != nullptr) continue;
      OpenSession* own = caller_.session();
      if (own == nullptr || !caller_.own_alive()) return;
      send(*own, *each, 0);
      if (caller_.own_alive()) continue;
      return blame(*each, ToolFaultKind::session, "after it its session is not served any more", each->params(0),
                   caller_.last_exchange());
    }
  }

  void look(Offered& offered, const Answer& answer, const json& response, const json& params) {
    const Exchange& exchange = trace_.exchanges[answer.exchange];
    const bool served = member(response, "result") != nullptr;
    if (answer.received && served) look_at_result(offered, part_at(response, {"result"}), params, answer.exchange);
    if (answer.received && !served) look_at_error(offered, part_at(response, {"error"}), params, answer.exchange);
    if (const std::string limit = exchange.own_limit(); !answer.received && !limit.empty())
      return end_at_limit(offered, limit);
    if (!served) ++offered.use->failed;
    if (answer.received && served) offered.spans.push_back(trace_.received[*answer.received].at - exchange.request.at);
    if (answer.received && exchange.status() < 500) return;
    const std::string what = exchange.status() >= 500 ? "HTTP " + std::to_string(exchange.status()) : answer.problem;
    const bool failed = exchange.status() >= 500 || broke_off(exchange);
    blame(offered, failed ? ToolFaultKind::unanswered : ToolFaultKind::silent, what, params, answer.exchange);
    if (answer.received) return;
    if (++offered.silent >= kSilentBefore)
      offered.use->left_out = "it did not answer " + std::to_string(offered.silent) + " times; it was not asked again";
    if (!caller_.own_alive())
      blame(offered, ToolFaultKind::session, "after it its session is not served any more", params,
            caller_.last_exchange());
  }

  // A bound of ours ended it, which says nothing of the server.
  void end_at_limit(Offered& offered, const std::string& limit) {
    offered.use->add_at_limit(limit);
    if (++offered.silent >= kSilentBefore) offered.use->left_out = limit + "; it was not asked again";
    if (OpenSession* own = caller_.session()) ToolCaller::leave_at_limit(*own);
  }

  void look_at_result(Offered& offered, const json& result, const json& params, std::size_t exchange) {
    if (offered.use->roles.empty() && caller_.may_keep(params))
      offered.use->roles.push_back({std::string(kOfferRole), params});
    const auto look_at_block = [&](const json& block, const std::string& place) {
      if (const std::string wrong = wrong_media(block); !wrong.empty())
        blame(offered, ToolFaultKind::media, place + " " + wrong, params, exchange);
    };
    const json& listed = part_at(result, {offered.is_resource() ? "contents" : "messages"});
    for (std::size_t i = 0; listed.is_array() && i < listed.size(); ++i) {
      const std::string at = "[" + std::to_string(i) + "]";
      if (offered.is_resource())
        look_at_block(listed[i], "contents" + at);
      else if (const json* content = member(listed[i], "content"); content != nullptr && content->is_object())
        look_at_block(*content, "messages" + at + ".content");
    }
  }

  void look_at_error(Offered& offered, const json& error, const json& params, std::size_t exchange) {
    if (const std::string line = stack_trace_in(error); !line.empty())
      blame(offered, ToolFaultKind::crashed, "the error holds a stack trace: " + line, params, exchange);
    if (!offered.refusal.empty()) return;
    offered.refusal =
        "error " + serialize(part_at(error, {"code"})) + ": " + std::string(string_member(error, "message"));
    offered.refused_with = params;
    offered.refusal_at = exchange;
  }

  // Its name is the server's own; what was made for a template, or for arguments, may be wrong.
  void look_at_refusals(Offered& offered) {
    const bool all_refused = offered.use->fitting >= kTriesAtLeast && offered.use->failed == offered.use->fitting;
    const bool in_doubt = offered.use->find(ToolFaultKind::unanswered) || offered.use->find(ToolFaultKind::silent);
    if (!all_refused || in_doubt || offered.refusal.empty()) return;
    const bool is_template = member(*offered.listed, "uriTemplate") != nullptr;
    if (is_template || offered.requires_arguments()) return;
    blame(offered, ToolFaultKind::withheld,
          offered.refusal + ", each of " + std::to_string(offered.use->fitting) + " times", offered.refused_with,
          offered.refusal_at);
  }

  void blame(Offered& offered, ToolFaultKind kind, const std::string& what, const json& params,
             std::optional<std::size_t> exchange) {
    if (kind == ToolFaultKind::silent && !offered.use->may_be_silent()) return;
    if (ToolFault* known = offered.use->find(kind)) {
      ++known->times;
      return;
    }
    ToolFault fault;
    fault.kind = kind;
    fault.what = shortened(what, 300);
    if (caller_.may_keep(params)) fault.arguments = params;
    fault.exchange = exchange;
    offered.use->faults.push_back(std::move(fault));
  }

  std::size_t finish(const std::string& why, std::size_t made) {
    for (Offered& each : chosen_) {
      look_at_refusals(each);
      each.use->times = times_of(std::move(each.spans));
    }
    if (exercise_.ended.empty()) exercise_.ended = why;
    return made;
  }

  ToolCaller& caller_;
  const Trace& trace_;
  const ExerciseOptions& options_;
  Exercise& exercise_;
  std::vector<Offered> chosen_;
  Offered* last_ = nullptr;  // that was asked for
};

}  // namespace

json prompt_arguments(const json& prompt, std::size_t round) {
  static const std::string kValues[] = {
      "example", "example", "", "\xC3\xA4\xE2\x82\xAC \xF0\x9F\x98\x80", std::string(kLongArgument, 'x'), "1"};
  json made = json::object();
  const json* listed = member(prompt, "arguments");
  if (listed == nullptr || !listed->is_array()) return made;
  for (const json& each : *listed) {
    const std::string name(string_member(each, "name"));
    const bool left_out = round == kOnlyRequired && part_at(each, {"required"}) != true;
    if (!name.empty() && !left_out) made[name] = kValues[round % std::size(kValues)];
  }
  return made;
}

void allow_offers(const Exercise& exercise, RunOptions& options) {
  const auto first_served = [](const std::vector<ToolUse>& uses, const auto& take) {
    std::size_t taken = 0;
    for (const ToolUse& use : uses) {
      if (taken == kServeChecks) return;
      if (use.roles.empty() || use.failed > 0 || !use.faults.empty()) continue;
      take(use.roles.front().arguments);
      ++taken;
    }
  };
  if (options.resources.empty())
    first_served(exercise.resources,
                 [&](const json& params) { options.resources.emplace_back(string_member(params, "uri")); });
  if (options.prompts.empty())
    first_served(exercise.prompts, [&](const json& params) { options.prompts.push_back(params); });
}

std::size_t exercise_offers(ToolCaller& caller, const Trace& trace, const Surface& surface,
                            const ExerciseOptions& options, std::size_t calls, Exercise& exercise) {
  OfferExerciser offers(caller, trace, options, exercise);
  offers.choose(surface);
  return offers.carry_out(calls);
}

Exercise exercise_all(NeedProbes& needs, SessionPool& sessions, HttpClient& http, const RunOptions& options,
                      const Surface& surface, ToolCaller::WaitForLimit wait) {
  Exercise exercise;
  exercise.seed = options.exercise.seed;
  const bool tools = surface.tools.is_array() && !options.exercise.tools.empty();
  ToolCaller caller(needs, sessions, http, options, std::move(wait));
  std::size_t calls = options.exercise.calls;
  if (!options.exercise.resources.empty() || !options.exercise.prompts.empty())
    calls -= exercise_offers(caller, http.trace(), surface, options.exercise,
                             options.exercise.tools.empty() ? calls : calls / 3, exercise);
  if (tools && !http.loop().stopped()) exercise_tools(caller, options, surface.tools, calls, exercise);
  return exercise;
}

}  // namespace mcplumb

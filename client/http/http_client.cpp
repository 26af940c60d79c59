#include "client/http/http_client.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "client/http/transfer.hpp"
#include "client/http/url.hpp"
#include "client/http/watchdog.hpp"
#include "client/no_memory.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

// libcurl and the TLS library behind it cost two megabytes, so only those who send a request pay for them.
void need_library() {
  struct Library {
    Library() {
      if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) throw std::runtime_error("libcurl could not be initialised");
    }
    ~Library() { curl_global_cleanup(); }
  };
  static const Library library;
}

}  // namespace

struct HttpClient::State {
  State(EventLoop& l, Trace& t, ConnectionOptions o, HttpBounds b)
      : loop(l), trace(t), options(std::move(o)), bounds(b) {
    bounds.body_max = std::max(bounds.body_max, options.message_max);
    bounds.stream_max = std::max(bounds.stream_max, 4 * options.message_max);
  }

  ~State() {
    for (auto& [number, transfer] : transfers) detach(*transfer);
    transfers.clear();
    multi.reset();  // its last socket callbacks still find us
    loop.cancel(curl_timer);
  }

  void open() {
    if (multi) return;
    need_library();
    multi.reset(curl_multi_init());
    if (!multi) throw std::bad_alloc();
    curl_multi_setopt(multi.get(), CURLMOPT_SOCKETFUNCTION, &State::on_socket);
    curl_multi_setopt(multi.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, &State::on_timer);
    curl_multi_setopt(multi.get(), CURLMOPT_TIMERDATA, this);
  }

  static Transfer& transfer_of(CURL* easy) {
    char* pointer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &pointer);
    return *reinterpret_cast<Transfer*>(pointer);
  }

  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void*) noexcept {
    auto& state = *static_cast<State*>(self);
    if (what == CURL_POLL_REMOVE) {
      state.loop.unwatch(fd);
      std::erase(state.sockets, fd);
      return 0;
    }
    std::uint32_t events = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= EPOLLOUT;
    try {
      state.loop.watch(fd, events, [&state, fd](std::uint32_t got) { state.socket_ready(fd, got); });
      if (std::find(state.sockets.begin(), state.sockets.end(), fd) == state.sockets.end()) state.sockets.push_back(fd);
    } catch (...) {
      transfer_of(easy).fail_by_exception();
      state.any_failed = true;
    }
    return 0;
  }

  static int on_timer(CURLM*, long milliseconds, void* self) noexcept {
    auto& state = *static_cast<State*>(self);
    state.loop.cancel(state.curl_timer);
    state.curl_timer = 0;
    if (milliseconds < 0) return 0;
    try {
      state.curl_timer = state.loop.after(milliseconds * kMillisecond, [&state] { state.act(CURL_SOCKET_TIMEOUT, 0); });
    } catch (...) {  // nothing of what it has would go on
      for (auto& [number, transfer] : state.transfers)
        if (transfer->added) transfer->fail_by_exception();
      state.any_failed = true;
    }
    return 0;
  }

  void socket_ready(int fd, std::uint32_t got) {
    int flags = 0;
    if (got & EPOLLIN) flags |= CURL_CSELECT_IN;
    if (got & EPOLLOUT) flags |= CURL_CSELECT_OUT;
    if (got & (EPOLLERR | EPOLLHUP)) flags |= CURL_CSELECT_ERR;
    act(fd, flags);
  }

  // The only place that enters libcurl's state machine. Observers are called from inside it, where handles must not be
  // added or removed: that always waits in the loop's posted work.
  void act(curl_socket_t fd, int flags) {
    int running = 0;
    // Where a time is up, libcurl may read from any of them.
    if (options.http2)
      watchdog.begin(fd == CURL_SOCKET_TIMEOUT ? std::span<const int>(sockets) : std::span<const int>(&fd, 1));
    curl_multi_socket_action(multi.get(), fd, flags, &running);
    kept_by_nothing = watchdog.end();
    collect();
    kept_by_nothing = false;
  }

  // Posts work that is dropped if the client is gone by then.
  void later(std::function<void()> work) {
    loop.post([weak = std::weak_ptr<int>(alive), work = std::move(work)] {
      if (!weak.expired()) work();
    });
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer& transfer = transfer_of(message->easy_handle);
      const CURLcode code = message->data.result;
      loop.attempt([&] { finish(transfer, code); });
    }
    end_failed();
  }

  // What libcurl could not be made to wait for.
  void end_failed() {
    const auto is_failed = [](const auto& each) { return each.second->failed; };
    while (any_failed) {
      const auto found = std::find_if(transfers.begin(), transfers.end(), is_failed);
      any_failed = found != transfers.end();
      if (any_failed) loop.attempt([&] { finish(*found->second, CURLE_ABORTED_BY_CALLBACK); });
    }
  }

  void finish(Transfer& transfer, CURLcode code) {
    if (transfer.wants_fresh && transfer.added && !transfer.verdict && !transfer.closing) {
      curl_multi_remove_handle(multi.get(), transfer.easy.get());
      transfer.begin_again();
      return put_in(transfer);
    }
    if (kept_by_nothing && code != CURLE_OK && !transfer.verdict)
      transfer.verdict =
          Failure{FailureKind::malformed, "the server sends HTTP/2 frames that carry nothing, on and on", loop.now()};
    conclude(transfer, code);
    detach(transfer);
    const auto node = transfers.extract(transfer.exchange.number);
    if (!node.empty()) node.mapped()->observer.on_end(node.mapped()->exchange);
  }

  static void conclude(Transfer& transfer, CURLcode code) noexcept {
    try {
      transfer.conclude(code);
    } catch (...) {
      transfer.fail_by_exception();
      transfer.exchange.failure = std::move(transfer.verdict);
      transfer.exchange.ended = transfer.clock.now();
    }
  }

  void detach(Transfer& transfer) {
    loop.cancel(transfer.timer);
    loop.cancel(transfer.headers_timer);
    loop.cancel(transfer.quiet_timer);
    if (transfer.added) curl_multi_remove_handle(multi.get(), transfer.easy.get());
    transfer.added = false;
  }

  void add(std::size_t number) {
    const auto found = transfers.find(number);
    if (found == transfers.end()) return;
    Transfer& transfer = *found->second;
    if (transfer.verdict || transfer.closing) return finish(transfer, CURLE_ABORTED_BY_CALLBACK);
    try {
      open();
      take_handle(transfer);
      transfer.started = transfer.exchange.request.at = loop.now();
      transfer.configure(options);
    } catch (const std::runtime_error& problem) {
      transfer.verdict = Failure{FailureKind::local, problem.what(), loop.now()};
      return finish(transfer, CURLE_FAILED_INIT);
    } catch (...) {
      transfer.fail_by_exception();
      return finish(transfer, CURLE_FAILED_INIT);
    }
    put_in(transfer);
  }

  // A new one each time: after curl_easy_reset(), libcurl 7.88 still points to the last header of the reply before,
  // which is gone, and a folded line at the beginning of the next reply goes on with it.
  static void take_handle(Transfer& transfer) {
    transfer.easy.reset(curl_easy_init());
    if (!transfer.easy) throw std::bad_alloc();
  }

  void put_in(Transfer& transfer) {
    const CURLMcode code = curl_multi_add_handle(multi.get(), transfer.easy.get());
    transfer.added = code == CURLM_OK;
    if (code != CURLM_OK) {
      transfer.verdict =
          Failure{FailureKind::local, code == CURLM_OUT_OF_MEMORY ? std::string(kNoMemory) : curl_multi_strerror(code),
                  loop.now()};
      return finish(transfer, CURLE_FAILED_INIT);
    }
    end_failed();
  }

  void end_now(std::size_t number) {
    const auto found = transfers.find(number);
    if (found != transfers.end()) finish(*found->second, CURLE_ABORTED_BY_CALLBACK);
  }

  void give_up(std::size_t number, FailureKind kind, std::string why) {
    const auto found = transfers.find(number);
    if (found == transfers.end() || found->second->closing) return;
    if (!found->second->verdict) found->second->verdict = Failure{kind, std::move(why), loop.now()};
    later([this, number] { end_now(number); });
  }

  void arm(Transfer& transfer) {
    loop.cancel(transfer.timer);
    transfer.timer = 0;
    if (transfer.request.deadline == kNever) return;
    const std::size_t number = transfer.exchange.number;
    transfer.timer = loop.at(transfer.request.deadline, [this, number] {
      give_up(number, FailureKind::deadline, "the reply was not complete within the deadline");
    });
  }

  void arm_headers(Transfer& transfer) {
    if (transfer.request.headers_deadline == kNever) return;
    const std::size_t number = transfer.exchange.number;
    transfer.headers_timer = loop.at(transfer.request.headers_deadline, [this, number] {
      const auto found = transfers.find(number);
      if (found == transfers.end() || found->second->final_block) return;
      give_up(number, FailureKind::deadline, "no reply headers within the deadline");
    });
  }

  // Only replies that are waited for: a GET stream may be silent for as long as it likes.
  void arm_quiet(Transfer& transfer) {
    if (transfer.request.method != "POST") return;
    const Micros first = options.first_byte_deadline, silence = options.idle_deadline;
    if (first == kNever && silence == kNever) return;
    const Micros soonest = first == kNever ? silence : silence == kNever ? first : std::min(first, silence);
    watch_quiet(transfer.exchange.number, loop.now() + soonest);
  }

  void watch_quiet(std::size_t number, Micros moment) {
    transfers.at(number)->quiet_timer = loop.at(moment, [this, number] {
      const auto found = transfers.find(number);
      if (found != transfers.end()) look_whether_quiet(*found->second);
    });
  }

  void look_whether_quiet(Transfer& transfer) {
    const Exchange& exchange = transfer.exchange;
    const bool begun = transfer.last_byte != kNever;
    const Micros span = begun ? options.idle_deadline : options.first_byte_deadline;
    if (!transfer.final_block) return watch_quiet(exchange.number, loop.now() + 20 * kMillisecond);
    if (span == kNever) return begun ? void() : watch_quiet(exchange.number, loop.now() + options.idle_deadline);
    const Micros due = (begun ? transfer.last_byte : exchange.reply()->at) + span;
    if (due > loop.now()) return watch_quiet(exchange.number, due);
    const std::string how_long = milliseconds_text(span);
    give_up(
        exchange.number, FailureKind::deadline,
        begun ? "the reply was silent for " + how_long + " after " + std::to_string(exchange.body_size) + " body bytes"
              : "no byte of the reply body within " + how_long + " of its headers");
  }

  EventLoop& loop;
  Trace& trace;
  ConnectionOptions options;
  HttpBounds bounds;
  CurlMulti multi;
  std::vector<int> sockets;  // that libcurl waits for
  Watchdog watchdog;
  bool kept_by_nothing = false;  // by what is being read: it was ended for that
  std::unordered_map<std::size_t, std::unique_ptr<Transfer>> transfers;
  bool any_failed = false;  // of the transfers, by an exception, where libcurl does not end it
  EventLoop::TimerId curl_timer = 0;
  std::shared_ptr<int> alive = std::make_shared<int>(0);
};

HttpClient::HttpClient(EventLoop& loop, Trace& trace, ConnectionOptions options, HttpBounds bounds)
    : state_(std::make_unique<State>(loop, trace, std::move(options), bounds)) {}
HttpClient::~HttpClient() = default;

Exchange& HttpClient::start(HttpRequest request, HttpObserver& observer,
                            const std::function<void(Exchange&)>& prepare) {
  State& state = *state_;
  Exchange& exchange = state.trace.exchanges.emplace_back();
  exchange.number = state.trace.exchanges.size() - 1;
  exchange.request.method = request.method;
  exchange.request.url = without_user_info(request.url);
  exchange.request.headers = request.headers;
  exchange.request.at = state.loop.now();
  if (request.body) {
    exchange.request.body_size = request.body->size();
    const std::size_t kept = state.trace.excerpts.take_some(std::min(request.body->size(), state.bounds.body_kept));
    exchange.request.body = request.body->substr(0, kept);
    exchange.request.body_cut = kept < request.body->size();
  }
  exchange.connection.proxy = state.options.proxy;
  if (prepare) prepare(exchange);
  auto transfer = std::make_unique<Transfer>(exchange, std::move(request), observer, state.bounds, state.loop.clock(),
                                             state.trace, state.watchdog);
  if (transfer->request.headers_deadline == kNever && transfer->request.method == "POST" &&
      state.options.headers_deadline != kNever)
    transfer->request.headers_deadline = state.loop.now() + state.options.headers_deadline;
  state.arm(*transfer);
  state.arm_headers(*transfer);
  const std::size_t number = exchange.number;
  Transfer& added = *state.transfers.emplace(number, std::move(transfer)).first->second;
  try {
    state.arm_quiet(added);
    state.later([&state, number] { state.add(number); });
  } catch (...) {
    abandon(number);
    throw;
  }
  return exchange;
}

void HttpClient::cancel(std::size_t exchange, FailureKind kind, std::string why) {
  state_->give_up(exchange, kind, std::move(why));
}

void HttpClient::close(std::size_t exchange) {
  const auto found = state_->transfers.find(exchange);
  if (found == state_->transfers.end()) return;
  found->second->closing = true;
  state_->later([state = state_.get(), exchange] { state->end_now(exchange); });
}

void HttpClient::abandon(std::size_t exchange) {
  const auto node = state_->transfers.extract(exchange);
  if (node.empty()) return;
  Transfer& transfer = *node.mapped();
  transfer.closing = true;
  State::conclude(transfer, CURLE_ABORTED_BY_CALLBACK);
  state_->detach(transfer);
}

void HttpClient::set_deadline(std::size_t exchange, Micros deadline) {
  const auto found = state_->transfers.find(exchange);
  if (found == state_->transfers.end()) return;
  found->second->request.deadline = deadline;
  state_->arm(*found->second);
}

bool HttpClient::running(std::size_t exchange) const { return state_->transfers.count(exchange) != 0; }
bool HttpClient::sent(std::size_t exchange) const {
  const auto found = state_->transfers.find(exchange);
  return found == state_->transfers.end() || found->second->sent;
}
std::size_t HttpClient::running_count() const { return state_->transfers.size(); }
const HttpBounds& HttpClient::bounds() const { return state_->bounds; }
Trace& HttpClient::trace() { return state_->trace; }
EventLoop& HttpClient::loop() { return state_->loop; }

std::string http_library_version() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  return std::string("libcurl/") + info->version +
         (info->ssl_version != nullptr ? std::string(" ") + info->ssl_version : "");
}

}  // namespace mcplumb

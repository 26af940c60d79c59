#include "client/http/transfer.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "client/http/headers.hpp"
#include "client/machine.hpp"
#include "client/text/printable.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr const char* kKeptClosed = "the server closed the kept-alive connection without any reply";

constexpr std::size_t kSuspectHeaders = 32 * 1024;
constexpr std::size_t kOfHeader = 128;  // what a header line takes beside its text, or a block of them

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// "HTTP/1.1 200 OK"
HeaderBlock parse_status_line(std::string_view line) {
  HeaderBlock block;
  line = trimmed(line);
  const std::size_t space = line.find(' ');
  block.version = std::string(line.substr(0, space));
  if (space == std::string_view::npos) return block;
  line = trimmed(line.substr(space));
  std::from_chars(line.data(), line.data() + line.size(), block.status);
  const std::size_t reason = line.find(' ');
  if (reason != std::string_view::npos) block.reason = std::string(trimmed(line.substr(reason)));
  return block;
}

// "HTTP/1.1", and "HTTP/2" as libcurl writes it.
bool names_version(std::string_view line) {
  const auto digit_at = [&](std::size_t at) {
    return at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])) != 0;
  };
  return line.starts_with("HTTP/") && digit_at(5) &&
         (line.substr(6, 1) == " " || (line.substr(6, 1) == "." && digit_at(7)));
}

// libcurl looks at its first byte alone.
bool ends_headers(std::string_view line) { return line.starts_with('\r') || line.starts_with('\n'); }

void set_header_list(Transfer& transfer) {
  bool has_accept = false, has_type = false;
  for (const Header& header : transfer.request.headers) {
    if (!may_be_sent(header.name) || !may_be_sent(header.value))
      throw std::runtime_error("header " + header.name + " holds a line break");
    // libcurl drops "Name:"; "Name;" is its spelling for a header with an empty value.
    append(transfer.header_list, header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    has_accept = has_accept || strcasecmp(header.name.c_str(), "accept") == 0;
    has_type = has_type || strcasecmp(header.name.c_str(), "content-type") == 0;
    // libcurl does not do itself what this tells the server.
    if (strcasecmp(header.name.c_str(), "connection") == 0 && strcasecmp(header.value.c_str(), "close") == 0)
      set_option(transfer.easy.get(), CURLOPT_FORBID_REUSE, 1L);
  }
  if (!has_accept) append(transfer.header_list, "Accept:");
  if (!has_type) append(transfer.header_list, "Content-Type:");
  append(transfer.header_list, "Expect:");  // no 100-continue, and no second of waiting for it
  set_option(transfer.easy.get(), CURLOPT_HTTPHEADER, transfer.header_list.get());
}

void set_method(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  const HttpRequest& request = transfer.request;
  if (request.body) {
    set_option(easy, CURLOPT_POST, 1L);
    set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    set_option(easy, CURLOPT_POSTFIELDS, request.body->data());
  } else if (request.method == "HEAD") {
    set_option(easy, CURLOPT_NOBODY, 1L);
  } else {
    set_option(easy, CURLOPT_HTTPGET, 1L);
  }
  if (request.method != (request.body ? "POST" : "GET"))
    set_option(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_connection(CURL* easy, const ConnectionOptions& options, CurlList& resolve) {
  set_option(easy, CURLOPT_PROXY, options.proxy.c_str());  // "" = none, whatever the environment says
  set_option(easy, CURLOPT_NOPROXY, "");
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_deadline / kMillisecond));
  set_option(easy, CURLOPT_HTTP_VERSION, options.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  if (options.http2) set_option(easy, CURLOPT_PIPEWAIT, 1L);
  if (!options.ca_file.empty()) set_option(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.client_certificate.empty()) set_option(easy, CURLOPT_SSLCERT, options.client_certificate.c_str());
  if (!options.client_key.empty()) set_option(easy, CURLOPT_SSLKEY, options.client_key.c_str());
  if (!options.unix_socket.empty()) set_option(easy, CURLOPT_UNIX_SOCKET_PATH, options.unix_socket.c_str());
  if (options.insecure) {
    set_option(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    set_option(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  for (const std::string& entry : options.resolve) append(resolve, entry);
  if (resolve) set_option(easy, CURLOPT_RESOLVE, resolve.get());
  set_option(easy, CURLOPT_CERTINFO, 1L);
}

// "; the certificate is for DNS:example.com": what the first certificate says, if it came so far.
std::string certificate_names(CURL* handle) {
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr || chain->num_of_certs < 1)
    return "";
  constexpr std::string_view kNames = "X509v3 Subject Alternative Name:", kSubject = "Subject:";
  std::string names, subject;
  for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text = line->data;
    if (text.starts_with(kNames)) names = text.substr(kNames.size());
    if (text.starts_with(kSubject)) subject = text.substr(kSubject.size());
  }
  const std::string& shown = names.empty() ? subject : names;
  return shown.empty() ? "" : "; the certificate is for " + printable(std::string_view(shown).substr(0, 200));
}

bool in_headers(const Exchange& exchange) { return !exchange.blocks.empty() && exchange.blocks.back().at == kNever; }

std::string so_far(const Exchange& exchange) {
  if (exchange.blocks.empty()) return " before any reply";
  if (in_headers(exchange)) {
    const Headers& headers = exchange.blocks.back().headers;
    return " in the middle of the reply's headers" + (headers.empty() ? "" : ", after " + headers.back().name);
  }
  const std::string announced = exchange.header("content-length").value_or("");
  const std::string whole = announced.empty() ? "" : " of the " + announced + " that Content-Length announces";
  if (exchange.body_size == 0) return " after the reply headers, before any body byte" + whole;
  return " after " + std::to_string(exchange.body_size) + " body bytes" + whole;
}

// libcurl's own bounds, for which it has no code of their own.
bool too_many_headers(CURLcode code, const Exchange& exchange, bool sent) {
  constexpr int kTooLarge = 100;  // CURLE_TOO_LARGE, from 8.6.0 on
  if (exchange.blocks.empty() ? !sent : !in_headers(exchange)) return false;
  if (static_cast<int>(code) == kTooLarge) return true;
  if (code == CURLE_OUT_OF_MEMORY) return !is_memory_short();
  return code == CURLE_RECV_ERROR && !exchange.blocks.empty() && header_bytes(exchange.blocks.back()) > kSuspectHeaders;
}

FailureKind kind_of(CURLcode code, const Exchange& exchange, bool sent) {
  if (too_many_headers(code, exchange, sent)) return FailureKind::too_large;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return FailureKind::resolve;
    case CURLE_COULDNT_CONNECT:
      return FailureKind::unreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return FailureKind::deadline;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return FailureKind::tls;
    case CURLE_GOT_NOTHING:
      return FailureKind::empty;
    case CURLE_PARTIAL_FILE:
      return FailureKind::cut;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return exchange.blocks.empty() ? FailureKind::empty : FailureKind::cut;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return FailureKind::malformed;
    default:
      return FailureKind::local;
  }
}

bool has_no_connection(FailureKind kind) {
  return kind == FailureKind::resolve || kind == FailureKind::refused || kind == FailureKind::unreachable ||
         kind == FailureKind::tls;
}

// libcurl does not always say that this is what it lacked: without memory a name cannot be resolved, and no connection
// be made.
bool lacked_memory(FailureKind kind, CURLcode code) {
  return kind == FailureKind::local ? code == CURLE_OUT_OF_MEMORY || is_memory_short()
                                    : has_no_connection(kind) && is_memory_short();
}

std::string sentence_of(FailureKind kind, CURLcode code, const std::string& detail, const Exchange& exchange) {
  const std::string libcurl = detail.empty() ? curl_easy_strerror(code) : detail;
  switch (kind) {
    case FailureKind::resolve:
      return "the host name has no address (" + libcurl + ")";
    case FailureKind::refused:
      return "the connection was refused: nobody listens there";
    case FailureKind::unreachable:
      return "no connection could be made (" + libcurl + ")";
    case FailureKind::tls:
      return "TLS failed: " + libcurl;
    case FailureKind::empty:
      return "the server closed the connection without any reply";
    case FailureKind::cut:
      return "the connection was cut" + so_far(exchange);
    case FailureKind::deadline:
      return "no connection within the deadline (" + libcurl + ")";
    case FailureKind::too_large:
      if (exchange.blocks.empty()) return "the reply begins with a line longer than libcurl takes (100 KiB)";
      return "the reply's headers are larger than libcurl takes (100 KiB a line, 300 KiB in all); whole lines of " +
             std::to_string(header_bytes(exchange.blocks.back())) + " bytes had come";
    case FailureKind::malformed:
      return "the bytes received are not valid HTTP (" + libcurl + ")" + so_far(exchange);
    default:
      return libcurl + so_far(exchange);
  }
}

}  // namespace

Header split_header_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {std::string(trimmed(line)), ""};
  return {std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))};
}

void Transfer::configure(const ConnectionOptions& options) {
  CURL* handle = easy.get();
  connection = &options;
  set_option(handle, CURLOPT_URL, request.url.c_str());
  set_option(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(handle, CURLOPT_NOSIGNAL, 1L);
  set_option(handle, CURLOPT_QUICK_EXIT, 1L);  // a stuck resolver must not hold the loop
  set_option(handle, CURLOPT_USERAGENT, "mcplumb/" MCPLUMB_VERSION);
  set_option(handle, CURLOPT_PRIVATE, this);
  set_option(handle, CURLOPT_ERRORBUFFER, error_text);
  set_option(handle, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set_option(handle, CURLOPT_HEADERDATA, this);
  set_option(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set_option(handle, CURLOPT_WRITEDATA, this);
  set_option(handle, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  set_option(handle, CURLOPT_OPENSOCKETDATA, this);
  set_option(handle, CURLOPT_PREREQFUNCTION, &Transfer::on_prerequest);
  set_option(handle, CURLOPT_PREREQDATA, this);
  set_option(handle, CURLOPT_DEBUGFUNCTION, &Transfer::on_debug);
  set_option(handle, CURLOPT_DEBUGDATA, this);
  set_option(handle, CURLOPT_VERBOSE, 1L);
  set_method(*this);
  set_header_list(*this);
  set_connection(handle, options, resolve_list);
}

// As libcurl does it; it would say no more than that there is no connection.
int Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0 && (errno == EMFILE || errno == ENFILE)) static_cast<Transfer*>(self)->no_files = true;
  return fd;
}

// libcurl sends a request again by itself when a reused connection dies before the first reply byte, on another one
// that was kept open as long as there is one. That could be a second tool call, and a fifth: it is stopped here, and
// what is known to do no harm goes out once more, on a new connection.
int Transfer::on_prerequest(void* self, char*, char*, int, int) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const bool go_on = transfer.attempt([&] { return transfer.prepare_request(); });
  return go_on ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

bool Transfer::prepare_request() {
  long made = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_NUM_CONNECTS, &made);
  if (sent_once) {
    fresh = request.repeatable && made > connections;
    wants_fresh = request.repeatable && !fresh;
    if (!request.repeatable) give_up(FailureKind::empty, kKeptClosed);
    return fresh;
  }
  connections = made;
  sent_once = true;
  return true;
}

int Transfer::on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  if (type == CURLINFO_HEADER_OUT)
    transfer.attempt([&] {
      transfer.record_sent_headers({data, size});
      return true;
    });
  return 0;
}

template <class Work>
bool Transfer::attempt(const Work& work) noexcept {
  try {
    check_memory();
    return work();
  } catch (...) {
    fail_by_exception();
    return false;
  }
}

void Transfer::fail_by_exception() noexcept {
  failed = true;
  if (verdict) return;
  Failure& failure = verdict.emplace();
  failure.message.swap(no_memory);
  failure.at = clock.now();
  try {
    throw;
  } catch (const std::bad_alloc&) {
  } catch (const std::exception& problem) {
    failure.message.assign("internal error: ").append(problem.what(), 0, 40);
  } catch (...) {
  }
}

void Transfer::record_sent_headers(std::string_view text) {
  Headers lines;
  std::size_t start = text.find('\n');
  while (start != std::string_view::npos && start + 1 < text.size()) {
    const std::size_t end = text.find('\n', start + 1);
    const std::string_view line = text.substr(start + 1, end == text.npos ? text.npos : end - start - 1);
    if (!trimmed(line).empty()) lines.push_back(split_header_line(line));
    start = end;
  }
  exchange.request.headers = std::move(lines);
  exchange.request.again = fresh;
  exchange.request.at = clock.now();
  sent = true;
}

void Transfer::begin_again() {
  set_option(easy.get(), CURLOPT_FRESH_CONNECT, 1L);
  fresh = true;
  wants_fresh = sent_once = false;
}

bool Transfer::give_up(FailureKind kind, std::string why) {
  if (!verdict) verdict = Failure{kind, std::move(why), clock.now()};
  return false;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  return transfer.attempt([&] { return transfer.receive_header_line(line); }) ? line.size() : 0;
}

bool Transfer::receive_header_line(std::string_view line) {
  watchdog.moved();
  header_bytes += line.size();
  if (header_bytes > bounds.header_max)
    return give_up(FailureKind::too_large, more_than_own_limit(whole_size(bounds.header_max) + " of reply headers"));
  if (!trace.headers.take(line.size() + kOfHeader))
    return give_up(FailureKind::too_large,
                   "the reply headers of one run are " + more_than_own_limit(whole_size(trace.headers.whole())));
  // libcurl takes it in small letters, too.
  if (exchange.blocks.empty() && !line.starts_with("HTTP/"))
    return give_up(FailureKind::malformed,
                   "the status line does not begin with HTTP/, in capitals (RFC 9112 section 2.3): " +
                       printable(trimmed(line).substr(0, 60)));
  if (line.starts_with("HTTP/") && !block_open && exchange.body_size == 0) {
    if (!names_version(line))
      return give_up(FailureKind::malformed, "the status line names no version of HTTP (RFC 9112 section 2.3): " +
                                                 printable(trimmed(line).substr(0, 60)));
    exchange.blocks.push_back(parse_status_line(line));
    block_open = true;
    return true;
  }
  if (ends_headers(line)) {
    if (!block_open) return true;
    block_open = false;
    exchange.blocks.back().at = clock.now();
    if (exchange.status() == 101)  // what follows is no HTTP (RFC 9110 section 15.2.2)
      return give_up(FailureKind::malformed, "the server switched to another protocol (101), which nobody asked for");
    if (exchange.status() < 100)
      return give_up(FailureKind::malformed, "the status line of the reply holds no status of three digits");
    final_block = exchange.status() >= 200;
    if (final_block) observer.on_headers(exchange);
    return !verdict && !closing;
  }
  // A folded line continues the value of the line before (RFC 9112 section 5.2, obsolete but seen).
  Headers& into = block_open ? exchange.blocks.back().headers : exchange.trailers;
  if ((line.front() == ' ' || line.front() == '\t') && !into.empty())
    into.back().value += " " + std::string(trimmed(line));
  else
    into.push_back(split_header_line(line));
  return true;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view bytes(data, size * count);
  return transfer.attempt([&] { return transfer.receive_body(bytes); }) ? bytes.size() : 0;
}

bool Transfer::receive_body(std::string_view bytes) {
  if (exchange.chunks.size() < bounds.chunks_kept) exchange.chunks.push_back({clock.now(), bytes.size()});
  last_byte = clock.now();
  if (!bytes.empty()) watchdog.moved();
  exchange.body_size += bytes.size();
  const std::size_t room = bounds.body_kept - std::min(bounds.body_kept, exchange.body.size());
  const std::size_t wanted = std::min(room, bytes.size()), kept = trace.excerpts.take_some(wanted);
  exchange.starved = exchange.starved || kept < wanted;
  exchange.body.append(bytes.substr(0, kept));
  exchange.body_cut = exchange.body_cut || kept < bytes.size();
  const std::size_t most = exchange.is_event_stream() ? bounds.stream_max : bounds.body_max;
  if (exchange.body_size > most) return give_up(FailureKind::too_large, "the reply body is " + beyond_own_limit(most));
  observer.on_body(exchange, bytes);
  return !verdict && !closing;
}

void Transfer::conclude(CURLcode code) {
  CURL* handle = easy.get();
  const char* text = nullptr;
  long number = 0;
  if (curl_easy_getinfo(handle, CURLINFO_PRIMARY_IP, &text) == CURLE_OK && text != nullptr)
    exchange.connection.ip = text;
  if (curl_easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &number) == CURLE_OK) exchange.connection.port = number;
  number = 0;
  curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &number);
  exchange.connection.reused = number == 0 && !exchange.blocks.empty();
  number = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_VERSION, &number);
  if (number == CURL_HTTP_VERSION_2_0) exchange.connection.http_version = "2";
  if (number == CURL_HTTP_VERSION_1_1) exchange.connection.http_version = "1.1";
  if (number == CURL_HTTP_VERSION_1_0) exchange.connection.http_version = "1.0";
  if (!exchange.connection.reused) {
    const auto moment = [&](CURLINFO what) {
      curl_off_t micros = 0;
      curl_easy_getinfo(handle, what, &micros);
      return micros > 0 ? started + static_cast<Micros>(micros) : kNever;
    };
    exchange.connection.resolved = moment(CURLINFO_NAMELOOKUP_TIME_T);
    exchange.connection.connected = moment(CURLINFO_CONNECT_TIME_T);
    exchange.connection.tls_done = moment(CURLINFO_APPCONNECT_TIME_T);
  }
  exchange.ended = clock.now();
  exchange.closed_by_us = closing;
  if (closing) return;
  if (verdict) {
    exchange.failure = std::move(verdict);
    return;
  }
  if (code == CURLE_OK && in_headers(exchange))
    code = CURLE_PARTIAL_FILE;  // libcurl takes the end for that of the block
  if (code == CURLE_OK && !final_block && !exchange.blocks.empty()) {
    exchange.failure =
        Failure{FailureKind::malformed, "the reply ended without a status of 200 or more", exchange.ended};
    return;
  }
  if (code == CURLE_OK) return;
  long os_error = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &os_error);
  FailureKind kind = kind_of(code, exchange, sent);
  if (kind == FailureKind::unreachable && os_error == ECONNREFUSED) kind = FailureKind::refused;
  if (lacked_memory(kind, code)) {
    exchange.failure = Failure{FailureKind::local, std::string(kNoMemory), exchange.ended};
    return;
  }
  if (has_no_connection(kind) && (no_files || (kind != FailureKind::refused && are_files_short()))) {
    exchange.failure = Failure{FailureKind::local, std::string(kNoFiles), exchange.ended};
    return;
  }
  exchange.failure = Failure{kind, printable(sentence_of(kind, code, error_text, exchange)), exchange.ended};
  if ((sent_once || fresh) && !exchange.request.again && has_no_connection(kind))
    exchange.failure = Failure{
        FailureKind::empty, std::string(kKeptClosed) + "; when it was to be sent again, " + exchange.failure->message,
        exchange.ended};
  if (code == CURLE_PEER_FAILED_VERIFICATION) exchange.failure->message += certificate_names(handle);
}

}  // namespace mcplumb

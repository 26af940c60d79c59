// One running exchange and the easy handle that carries it. Private to client/http.
#pragma once

#include "client/http/curl_handle.hpp"
#include "client/http/http_client.hpp"
#include "client/http/watchdog.hpp"
#include "client/no_memory.hpp"

namespace mcplumb {

struct Transfer {
  Transfer(Exchange& record, HttpRequest asked, HttpObserver& who, const HttpBounds& limits, const Clock& time,
           Trace& run, Watchdog& dog)
      : exchange(record),
        request(std::move(asked)),
        observer(who),
        bounds(limits),
        clock(time),
        trace(run),
        watchdog(dog) {}

  // Sets every option of the exchange on `easy`. Throws what set_option throws.
  void configure(const ConnectionOptions& options);
  // Fills in what libcurl knows at the end, and the failure that `code` means, if it means one.
  void conclude(CURLcode code);

  Exchange& exchange;
  HttpRequest request;
  HttpObserver& observer;
  const HttpBounds& bounds;
  const Clock& clock;
  Trace& trace;  // for what it allows to be kept
  Watchdog& watchdog;

  const ConnectionOptions* connection = nullptr;  // from configure() on

  // Prepares what was lost to be sent on a connection of its own.
  void begin_again();

  // To be called where an exception is caught: it ends this exchange, as a failure on our side. Throws nothing.
  void fail_by_exception() noexcept;

  CurlEasy easy;
  CurlList header_list, resolve_list;
  std::size_t header_bytes = 0;
  bool block_open = false;           // between a status line and its empty line
  bool final_block = false;          // the last block is not a 1xx
  bool sent_once = false;            // a connection was already used for the request
  long connections = 0;              // made until it was sent the first time
  bool wants_fresh = false;          // it was lost on a connection that was kept open, and is to go out on a new one
  bool fresh = false;                // that is done
  bool sent = false;                 // the request's headers went out
  bool added = false;                // the multi handle has it
  std::optional<Failure> verdict;    // our own reason for ending it
  bool failed = false;               // by an exception: it is to be ended by whoever entered libcurl
  std::string no_memory{kNoMemory};  // made while there is some
  bool closing = false;              // ended by HttpClient::close
  EventLoop::TimerId timer = 0, headers_timer = 0, quiet_timer = 0;
  Micros last_byte = kNever;  // of the reply body
  Micros started = kNever;    // when libcurl got it; the connection's moments count from here
  char error_text[CURL_ERROR_SIZE] = {};
  bool no_files = false;  // this machine had none left for its socket

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept;
  static int on_prerequest(void* self, char*, char*, int, int) noexcept;
  static int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) noexcept;
  // Does the work of a callback. Nothing may be thrown through libcurl.
  template <class Work>
  bool attempt(const Work& work) noexcept;
  bool prepare_request();
  bool receive_header_line(std::string_view line);
  bool receive_body(std::string_view bytes);
  void record_sent_headers(std::string_view text);
  bool give_up(FailureKind kind, std::string why);
};

// Splits "Name: value" of a header line; the value is trimmed as RFC 9110 section 5.5 says.
Header split_header_line(std::string_view line);

}  // namespace mcplumb

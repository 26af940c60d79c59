// Server-sent events, by the WHATWG text.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
//
// Lines are found by memchr and handed on as views into the chunk; bytes are copied only where a line straddles two
// chunks or an event has several data lines. Line ends are LF, CR and CRLF, also when a chunk ends between CR and LF.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mcplumb {

// One block of fields, ended by an empty line. Views are good until the callback returns.
struct SseEvent {
  std::string_view type;               // "" = none named, which means "message"
  std::string_view data;               // data lines joined by LF
  bool has_data = false;               // a data line was there, perhaps empty
  std::optional<std::string_view> id;  // if this block carried a valid id field
  std::optional<long> retry_ms;        // if it carried a valid retry field
  // A browser dispatches a block that has a data line, be it an empty one (the standard's own example). Blocks without
  // are reported all the same, because their id and retry count.
  bool dispatched() const { return has_data; }
};

class SseParser {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void on_event(const SseEvent& event) = 0;
    virtual void on_comment(std::string_view text) = 0;
    // A line or an event outgrew its bound; the event it belongs to is dropped. Said once a stream.
    virtual void on_overflow(std::string_view what) = 0;
  };
  struct Limits {
    std::size_t line = 8 * 1024 * 1024;
    std::size_t event = 8 * 1024 * 1024;  // data of one event
  };

  explicit SseParser(Sink& sink) : SseParser(sink, Limits{}) {}
  SseParser(Sink& sink, Limits limits) : sink_(sink), limits_(limits) {}

  void feed(std::string_view chunk);
  // The stream has ended. What was not ended by an empty line is no event (the standard drops it).
  void finish();
  // Bytes of a line or of an event that was not complete, now or when finish() was called.
  bool pending() const { return in_block_ || !partial_.empty(); }
  // The first bytes of the event that is not complete; empty if there is none. A comment is no event.
  std::string unfinished(std::size_t longest = 80) const;

 private:
  void end_line(std::string_view piece);
  void keep_partial(std::string_view piece);
  void own_data();
  void receive_line(std::string_view line);
  void receive_field(std::string_view name, std::string_view value);
  void dispatch();
  void append_data(std::string_view value);
  void drop_line(std::string_view start);
  void overflow(std::string_view what, bool takes_event);

  Sink& sink_;
  Limits limits_;
  std::string partial_;  // a line whose end has not come yet
  bool partial_dropped_ = false;
  bool after_cr_ = false;  // the last chunk ended with CR: a LF at the start belongs to it
  int bom_seen_ = 0;       // bytes of a byte order mark matched so far; -1 = past the start
  bool in_block_ = false, block_dropped_ = false, overflow_said_ = false;
  std::string type_, id_;
  std::string data_;             // joined lines, once there is more than one or a chunk ended
  std::string_view first_line_;  // the only data line so far, still in the chunk
  bool has_data_ = false, has_id_ = false, data_owned_ = false;
  std::optional<long> retry_;
};

}  // namespace mcplumb

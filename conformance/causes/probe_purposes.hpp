// Why a probe was sent: what Exchange::purpose is, or begins with.
#pragma once

#include <string_view>

namespace mcplumb {

namespace diagnosis_purpose {
inline constexpr std::string_view kAll = "diagnosis/";
inline constexpr std::string_view kUniform = "diagnosis/uniform/";  // a live endpoint refuses them in different ways
inline constexpr std::string_view kSibling = "diagnosis/sibling";   // a path beside the endpoint
inline constexpr std::string_view kTwin = "diagnosis/twin";         // the endpoint with a slash at its end, or without
inline constexpr std::string_view kLoopback = "diagnosis/loopback/";      // initialize at the other loopback address
inline constexpr std::string_view kPlain = "diagnosis/plain";             // initialize without TLS
inline constexpr std::string_view kHost = "diagnosis/host/";              // initialize with another Host
inline constexpr std::string_view kPath = "diagnosis/path/";              // initialize at another path
inline constexpr std::string_view kRedirect = "diagnosis/redirect";       // initialize where a redirect led
inline constexpr std::string_view kOldStream = "diagnosis/old-stream";    // GET, for the transport of 2024-11-05
inline constexpr std::string_view kFresh = "diagnosis/fresh/";            // ping on a connection of its own
inline constexpr std::string_view kAlive = "diagnosis/alive/";            // does anything answer any more
inline constexpr std::string_view kLater = "diagnosis/later";             // the same once more, after a while
inline constexpr std::string_view kAgain = "diagnosis/again";             // the initialize that failed, repeated
inline constexpr std::string_view kNewSession = "diagnosis/new-session";  // initialize, after a session was refused
inline constexpr std::string_view kReopen = "diagnosis/reopen/";          // a GET stream, and another once it is closed
inline constexpr std::string_view kBurst = "diagnosis/burst/";  // a call whose events came in a burst, repeated
inline constexpr std::string_view kOldSession = "diagnosis/old-session/";   // pings for a stream of HTTP+SSE
inline constexpr std::string_view kPrefix = "diagnosis/prefix";             // one with the prefix that a proxy may take
inline constexpr std::string_view kVoidGet = "diagnosis/void/get";          // a stream that is then closed by us
inline constexpr std::string_view kVoidPost = "diagnosis/void/post";        // a message for it afterwards
inline constexpr std::string_view kProgressGet = "diagnosis/progress/get";  // a GET stream …
inline constexpr std::string_view kProgressCall = "diagnosis/progress/call";  // … and a call while it is open
inline constexpr std::string_view kGzip = "diagnosis/gzip/";                  // requests of a client that takes gzip
inline constexpr std::string_view kSize = "diagnosis/size/";                  // a ping of so many bytes
inline constexpr std::string_view kStreams = "diagnosis/streams/";            // several streams at once
inline constexpr std::string_view kFramed = "diagnosis/framed";  // over stdio, behind a Content-Length header
inline constexpr std::string_view kResourceMetadata = "diagnosis/resource-metadata";  // after a 401 (RFC 9728)
inline constexpr std::string_view kPreflight = "diagnosis/preflight";                 // what a browser asks first
inline constexpr std::string_view kCleanUp = "diagnosis/clean-up";  // DELETE of a session that a request of ours began
}  // namespace diagnosis_purpose

namespace migration_purpose {
inline constexpr std::string_view kAlone = "migration/alone";      // a request of 2026-07-28, outside any session
inline constexpr std::string_view kHeaders = "migration/headers";  // with an Mcp-Method that is not the body's
}  // namespace migration_purpose

}  // namespace mcplumb

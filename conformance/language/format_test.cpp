#include <doctest/doctest.h>

#include <initializer_list>

#include "conformance/language/format.hpp"

namespace mcplumb {
namespace {

using Texts = std::initializer_list<const char*>;

void check_format(const char* format, Texts good, Texts bad) {
  for (const char* text : good) {
    CAPTURE(text);
    CHECK(has_format(text, format));
  }
  for (const char* text : bad) {
    CAPTURE(text);
    CHECK_FALSE(has_format(text, format));
  }
}

// The examples of RFC 3986, section 1.1.2, come first.
TEST_CASE("format: a URI has a scheme and only the characters of RFC 3986") {
  check_format("uri",
               {"ftp://ftp.is.co.za/rfc/rfc1808.txt", "http://www.ietf.org/rfc/rfc2396.txt",
                "ldap://[2001:db8::7]/c=GB?objectClass?one", "mailto:John.Doe@example.com",
                "news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212", "telnet://192.0.2.16:80/",
                "urn:oasis:names:specification:docbook:dtd:xml:4.1.2", "file:///a%20b", "a:", "x://u:p@h:1/?q#f"},
               {"", "a", "/a/b", "C:\\docs\\a.txt", "1a:b", "http://a b", "http://a/%2", "http://a/%zz", "a:b#c#d",
                "http://[::1", "http://[::1]x", "http://a:b/", "http://a/ä", "a:{b}", "http://a/[b]", "a%20b:c"});
}

// The examples of RFC 6570, section 1.2, come first.
TEST_CASE("format: a URI template has well-formed expressions") {
  check_format("uri-template",
               {"http://example.com/~{username}/", "http://example.com/dictionary/{term:1}/{term}",
                "http://example.com/search{?q,lang}", "{var}", "{+path:6}/here", "{#x,hello,y}", "{/list*,path:4}",
                "{;x,y,empty}", "{&x}", "{.who}", "{a.b_c%20d}", "plain", "file:///ä/{x}"},
               {"", "{", "{}", "}", "{a", "a}", "{a b}", "{a,}", "{a:0}", "{a:10000}", "{a**}", "{.a.}", "{a..b}",
                "a b", "a%2", "<a>", "{=x}"});
}

TEST_CASE("format: base64 has its alphabet and its padding") {
  check_format("base64", {"", "TQ==", "TWE=", "TWFu", "+/+/"},
               {"T", "TQ=", "TQ", "T===", "TW-_", "TWF\n", "T%41=", "=TWF"});
}

TEST_CASE("format: a date and time is that of RFC 3339") {
  check_format("date-time",
               {"1985-04-12T23:20:50.52Z", "1996-12-19T16:39:57-08:00", "1990-12-31T23:59:60Z", "2024-02-29t00:00:00z"},
               {"2025-06-18", "2025-06-18 10:00:00Z", "2025-06-18T10:00:00", "2025-13-01T00:00:00Z",
                "2023-02-29T00:00:00Z", "2025-06-18T24:00:00Z", "2025-06-18T10:00:00.Z", "2025-06-18T10:00:00+0100",
                "2025-06-18T10:00:00+24:00", "2025-00-10T00:00:00Z", "202a-01-10T00:00:00Z"});
}

TEST_CASE("format: base64 in any of its forms, and what is none") {
  check_format("any-base64", {"", "TQ==", "TQ", "TW-_", "TWFu\nTWFu"},
               {"https://example.com/a.png", "T%41", "a,b", "{"});
}

TEST_CASE("format: ISO 8601 with what may be left out") {
  check_format("iso-8601",
               {"2025-01-12", "2025-01-12T15:00:58Z", "2025-01-12T15:00:58.123+01:00", "2025-01-12T15:00",
                "2025-01-12 15:00:58", "2025-01-12T15:00:58+0100"},
               {"", "yesterday", "2025-1-12", "20250112", "2025-01-12T", "2025-01-12T25:00", "2025-01-12T15:00:58X",
                "1736692858", "2025-02-30"});
}

TEST_CASE("format: visible ASCII has no blank, no control character and at least one character") {
  check_format("visible-ascii", {"!", "a-Z09~"}, {"", "a b", "a\n", "ä", "\x7f", "\x01"});
}

TEST_CASE("format: a revision is one that was published") {
  check_format("revision", {"2024-11-05", "2026-07-28"}, {"", "2025-06-19", "1.0"});
}

}  // namespace
}  // namespace mcplumb

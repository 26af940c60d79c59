#include "conformance/exercise/result_words.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mcplumb;
using namespace std::string_literals;

TEST_CASE("result words: what the bytes are") {
  CHECK(media_type_of_bytes("\x89PNG\r\n\x1a\n...") == "image/png");
  CHECK(media_type_of_bytes("\xff\xd8\xff\xe0") == "image/jpeg");
  CHECK(media_type_of_bytes("RIFF....WAVEfmt ") == "audio/wav");
  CHECK(media_type_of_bytes("RIFF....WEBPVP8 ") == "image/webp");
  CHECK(media_type_of_bytes("RIFF....AVI ") == "");
  CHECK(media_type_of_bytes("<svg xmlns=") == "");
  CHECK(media_type_of_bytes("") == "");
}

TEST_CASE("result words: one media type under several names") {
  CHECK(is_same_media_type("audio/x-wav; rate=8000", "audio/wav"));
  CHECK(is_same_media_type("audio/wave", "audio/wav"));
  CHECK(is_same_media_type("Image/JPG", "image/jpeg"));
  CHECK(is_same_media_type("audio/opus", "audio/ogg"));
  CHECK_FALSE(is_same_media_type("image/jpeg", "image/png"));
  CHECK_FALSE(is_same_media_type("text/plain", "image/png"));
}

TEST_CASE("result words: media that is not what it says") {
  const auto wrong = [](const char* block) { return wrong_media(nlohmann::json::parse(block)); };
  const std::string png = "says image/gif, and its bytes are image/png";
  CHECK(wrong(R"({"type": "image", "mimeType": "image/gif", "data": "iVBORw0KGgoAAAA="})") == png);
  CHECK(wrong(R"({"type": "image", "mimeType": "image/svg+xml", "data": "iVBORw0KGgoAAAA="})") != "");
  CHECK(wrong(R"({"type": "image", "mimeType": "image/png", "data": "iVBORw0KGgoAAAA="})") == "");
  CHECK(wrong(R"({"type": "audio", "mimeType": "audio/wav", "data": ""})") == "has no bytes");
  CHECK(wrong(R"({"uri": "x:", "mimeType": "image/gif", "blob": "iVBORw0KGgoAAAA="})") == png);
  CHECK(wrong(R"({"type": "resource", "resource": {"mimeType": "image/gif", "blob": "iVBORw0KGgoAAAA="}})") == png);
  CHECK(wrong(R"({"uri": "x:", "mimeType": "text/plain", "blob": "JVBERi0xLjQ="})") != "");
  // A file may be empty, of a kind that is built upon another, or of no kind at all.
  CHECK(wrong(R"({"uri": "x:", "mimeType": "image/png", "blob": ""})") == "");
  CHECK(wrong(R"({"uri": "x:", "mimeType": "image/apng", "blob": "iVBORw0KGgoAAAA="})") == "");
  CHECK(wrong(R"({"uri": "x:", "mimeType": "application/octet-stream", "blob": "JVBERi0xLjQ="})") == "");
  CHECK(wrong(R"({"uri": "x:", "mimeType": "image/gif", "text": "iVBORw0KGgoAAAA="})") != "");
  CHECK(wrong(R"({"uri": "x:", "mimeType": "image/png", "blob": "PGh0bWw+"})") != "");
  CHECK(wrong(R"({"uri": "x:", "mimeType": "image/svg+xml", "text": "<svg/>"})") == "");
  CHECK(wrong(R"({"uri": "x:", "mimeType": "image/png", "text": ""})") == "");
  CHECK(wrong(R"({"type": "text", "mimeType": "image/gif", "data": "iVBORw0KGgoAAAA="})") == "");
}

TEST_CASE("result words: the frames of a program that broke") {
  for (const char* text :
       {"Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in f\nKeyError: 'a'",
        "TypeError: x is undefined\n    at f (/srv/app.js:12:5)\n    at g (/srv/app.js:20:1)",
        "TypeError: x\n    at file:///srv/app.mjs:12:5",
        "java.lang.NullPointerException\n\tat com.example.Tool.call(Tool.java:42)",
        "System.Exception: x\n   at App.Tool.Call() in /srv/Tool.cs:line 42",
        "panic: oh\n\ngoroutine 1 [running]:\nmain.main()", "thread 'main' panicked at src/main.rs:2:5:\nboom",
        "/srv/app.rb:3:in `f': undefined method", "#0 /srv/app.php(12): f()"}) {
    CAPTURE(text);
    CHECK_FALSE(stack_trace_in(std::string(text)).empty());
  }
  CHECK(stack_trace_in("x\n    at f (/srv/app.js:12:5)\n"s) == "at f (/srv/app.js:12:5)");
}

TEST_CASE("result words: what only speaks of such things is none") {
  for (const char* text :
       {"", "Traceback (most recent call last) is what Python prints", "Look at line 12 of app.js:12:5",
        "the panic: a history", "File not found: /srv/app.py, line 3", "meet at 10:30:15",
        "Error at /a: must be a number", "java.lang.String is a class", "goroutine 1 is blocked"}) {
    CAPTURE(text);
    CHECK(stack_trace_in(std::string(text)).empty());
  }
  CHECK_FALSE(stack_trace_in(nlohmann::json{{"data", {{"stack", "E\n    at f (a.js:1:2)"}}}}).empty());
}

// What the extension asks of pages: of their HTML, and of the origins that they name.
// https://github.com/modelcontextprotocol/ext-apps, specification/2026-01-26/apps.mdx
#include "conformance/engine/app_judges.hpp"

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/base64.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// A resource of the scheme ui, as it was listed or read.
struct Page {
  const json* item;
  std::string uri, path;
  bool is_read;
  std::size_t exchange;

  const json* ui() const {
    const json& found = part_at(*item, {"_meta", "ui"});
    return found.is_object() ? &found : nullptr;
  }
  const json* csp() const {
    const json& found = part_at(*item, {"_meta", "ui", "csp"});
    return found.is_object() ? &found : nullptr;
  }
  std::string html() const {
    if (const json* text = member(*item, "text"); text != nullptr && text->is_string()) return text->get<std::string>();
    return from_base64(string_member(*item, "blob")).value_or("");
  }
};

std::vector<Page> pages_in(const Trace& trace) {
  std::vector<Page> all;
  for (const Received& received : trace.received) {
    const json* result = member(received.value, "result");
    if (!received.answers || result == nullptr || trace.exchanges[*received.answers].deliberate) continue;
    const bool is_read = string_member(trace.exchanges[*received.answers].message, "method") == "resources/read";
    const char* name = is_read ? "contents" : "resources";
    const json* list = member(*result, name);
    if (list == nullptr || !list->is_array()) continue;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string uri(string_member((*list)[i], "uri"));
      if (lower_case(uri).starts_with("ui://"))
        all.push_back({&(*list)[i], uri, std::string("result.") + name + "[" + std::to_string(i) + "]", is_read,
                       received.exchange});
    }
  }
  return all;
}

struct PageLook {
  const JudgeInput& input;
  std::vector<Page> pages;  // all that were seen
};

// Whether there is markup at all, and whether it begins as HTML5 wants it.
void look_at_html(const PageLook& look, JudgeResult& result, const Page& page) {
  std::string text = lower_case(page.html());
  for (bool again = true; again;) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n\f\xEF\xBB\xBF");
    text.erase(0, std::min(begin, text.size()));
    const std::size_t end = text.starts_with("<!--") ? text.find("-->") : std::string::npos;
    again = end != std::string::npos;
    if (again) text.erase(0, end + 3);
  }
  if (text.empty()) return;  // apps.read.content
  ++result.judged;
  const bool is_page = text.starts_with("<!doctype html");
  const bool is_markup = text.starts_with('<') && !text.starts_with("<?xml");
  if (!is_markup)
    blame(result, look.input.severity, page.path, "an HTML document", "text without markup", page.exchange);
  else if (!is_page)
    blame(result, preferred(look.input.severity), page.path, "<!DOCTYPE html> at its beginning", "other markup",
          page.exchange);
}

constexpr const char* kDomains[] = {"connectDomains", "resourceDomains", "frameDomains", "baseUriDomains"};

template <class Look>
void each_domain(const Page& page, Look&& look) {
  if (page.csp() == nullptr) return;
  for (const char* name : kDomains)
    if (const json* list = member(*page.csp(), name); list != nullptr && list->is_array())
      for (const json& domain : *list)
        if (domain.is_string()) look(std::string(name), domain.get<std::string>());
}

bool is_host(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") == text.npos;
}

void look_at_origins(const PageLook& look, JudgeResult& result, const Page& page) {
  each_domain(page, [&](const std::string& name, const std::string& domain) {
    ++result.judged;
    const std::size_t scheme = domain.find("://");
    const bool is_origin = scheme != std::string::npos && is_host(std::string_view(domain).substr(scheme + 3));
    const bool is_scheme = domain == "data:" || domain == "blob:" || domain == "*" || domain == "https:";
    if (!is_origin && !is_scheme)
      blame(result, look.input.severity, page.path + "._meta.ui.csp." + name,
            "an origin: scheme, host and perhaps port", serialize(json(shortened(domain, 80))), page.exchange);
  });
}

void look_at_wildcards(const PageLook& look, JudgeResult& result, const Page& page) {
  each_domain(page, [&](const std::string& name, const std::string& domain) {
    ++result.judged;
    const bool is_wide = domain == "*" || domain.ends_with(':') || domain.ends_with("://*");
    if (is_wide || (domain.find('*') != std::string::npos && name != "resourceDomains"))
      blame(result, look.input.severity, page.path + "._meta.ui.csp." + name, "hosts without a wildcard",
            serialize(json(shortened(domain, 80))), page.exchange);
  });
}

std::string origin_as_written(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return "";
  return lower_case(url.substr(0, url.find_first_of("/?#", scheme + 3)));
}

bool covers(std::string_view domain, std::string_view origin) {
  if (domain == origin || domain == "*" || (domain.ends_with(':') && origin.starts_with(domain))) return true;
  const std::size_t star = domain.find("*.");
  return star != domain.npos && origin.starts_with(domain.substr(0, star)) && origin.ends_with(domain.substr(star + 1));
}

// What the page loads without anybody's doing: src of scripts, images and frames, href of links.
std::vector<std::string> loaded_by(const std::string& html) {
  std::vector<std::string> urls;
  const std::string small = lower_case(html);
  for (const char* tag : {"<script", "<img", "<link", "<iframe", "<audio", "<video", "<source"}) {
    for (std::size_t at = small.find(tag); at != std::string::npos; at = small.find(tag, at + 1)) {
      const std::string head = html.substr(at, small.find('>', at) - at);
      const std::size_t from = lower_case(head).find(std::string_view(tag) == "<link" ? " href=\"http" : " src=\"http");
      if (from == std::string::npos) continue;
      const std::size_t begin = head.find('"', from) + 1;
      urls.push_back(head.substr(begin, head.find('"', begin) - begin));
    }
  }
  return urls;
}

void look_at_page_origins(const PageLook& look, JudgeResult& result, const Page& page) {
  if (!page.is_read) return;
  for (const std::string& url : loaded_by(page.html())) {
    ++result.judged;
    bool known = false;
    for (const Page& other : look.pages)
      if (other.uri == page.uri)
        each_domain(other, [&](const std::string& name, const std::string& domain) {
          known = known || (name != "connectDomains" && covers(lower_case(domain), origin_as_written(url)));
        });
    if (!known)
      blame(result, look.input.severity, page.path + "._meta.ui.csp.resourceDomains",
            origin_as_written(url) + ", which the page loads from", "it is not there", page.exchange);
  }
}

// Hosts take what comes with the content.
void look_at_both_places(const PageLook& look, JudgeResult& result, const Page& page) {
  if (!page.is_read || page.ui() == nullptr) return;
  for (const Page& listed : look.pages) {
    if (listed.is_read || listed.uri != page.uri || listed.ui() == nullptr) continue;
    ++result.judged;
    if (*listed.ui() != *page.ui())
      return blame(result, look.input.severity, page.path + "._meta.ui",
                   "the same as in resources/list (#" + std::to_string(listed.exchange) + ")", "another value",
                   page.exchange);
  }
}

template <auto Look>
JudgeResult judge_pages(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no interface was seen (--resource 'ui://*')");
  const PageLook look{input, pages_in(input.trace)};
  for (const Page& page : look.pages) {
    if (Look == look_at_html && !page.is_read) continue;
    Look(look, result, page);
  }
  return result;
}

// The older key, which hosts of its time look at.
JudgeResult judge_flat_key(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no tool has an interface");
  each_listed_tool(input.trace, [&](const json& tool, const Received& listed) {
    const json& meta = part_at(tool, {"_meta"});
    const json& ui = part_at(meta, {"ui"});
    const std::string_view flat = string_member(meta, "ui/resourceUri"), own = string_member(ui, "resourceUri");
    if (ui.is_null() && member(meta, "ui/resourceUri") == nullptr) return;
    ++result.judged;
    const std::string place = "result.tools[" + shortened(serialize(tool.value("name", json())), 60) + "]._meta";
    if (!flat.empty() && own.empty())
      blame(result, Verdict::note, place, "_meta.ui.resourceUri", "only the older key ui/resourceUri", listed.exchange);
    else if (!flat.empty() && flat != own)
      blame(result, input.severity, place, "the same interface under both keys", serialize(json(std::string(flat))),
            listed.exchange);
  });
  return result;
}

constexpr NamedJudge kAppJudges[] = {{"app-html", judge_pages<look_at_html>},
                                     {"app-origins", judge_pages<look_at_origins>},
                                     {"app-wildcards", judge_pages<look_at_wildcards>},
                                     {"app-page-origins", judge_pages<look_at_page_origins>},
                                     {"app-both-places", judge_pages<look_at_both_places>},
                                     {"app-flat-key", judge_flat_key}};

}  // namespace

std::span<const NamedJudge> app_judges() { return kAppJudges; }

}  // namespace mcplumb

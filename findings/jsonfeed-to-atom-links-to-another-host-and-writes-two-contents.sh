#!/bin/bash
# jsonfeed-to-atom: the next page of https://jsonfeed.example.com/... is at https://xmlfeed.example.com/..., and an entry with text and HTML has two
#   contents, which Atom forbids.
#
# Versions: jsonfeed-to-atom 1.2.5 (npm), Node.js.
# Expected: JSON Feed 1: "content_html and content_text are each optional strings — but one or both must be present"; next_url is the URL of the
#   next page of items. RFC 4287, section 4.1.2: "atom:entry elements MUST NOT contain more than one atom:content element."
# Seen: the first "json" of next_url becomes "xml", wherever it stands, in the name of the host or of a folder: the end of it, "feed.json?page=2",
#   stays. The address of the feed itself is changed at ".json" only. An item with both contents has two <content> elements.
# Why it matters: readers that follow the archive ask a host of somebody else, or none. Validators refuse the feed; readers show one of the two
#   contents, or both.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts jsonfeed-to-atom@1.2.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const convert = createRequire(import.meta.url)("jsonfeed-to-atom");

for (const [base, item] of [
  ["https://example.com/feed.json", { content_html: "<p>Hi</p>" }],
  ["https://example.com/feed.json", { content_html: "<p>Hi</p>", content_text: "Hi" }],
  ["https://jsonfeed.example.com/feed.json", { content_text: "Hi" }],
  ["https://example.com/json/feed.json", { content_text: "Hi" }],
]) {
  const atom = convert({
    version: "https://jsonfeed.org/version/1", title: "T", home_page_url: "https://example.com/", feed_url: base, next_url: `${base}?page=2`,
    items: [{ id: "1", url: "https://example.com/1", date_published: "2010-02-07T14:04:00-05:00", ...item }],
  });
  console.log(`${base}: ${/<link rel="next".*/.exec(atom)[0]} ${atom.match(/<content/g).length} content`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
https://example.com/feed.json: <link rel="next" href="https://example.com/feed.xml?page=2"/> 1 content
https://example.com/feed.json: <link rel="next" href="https://example.com/feed.xml?page=2"/> 2 content
https://jsonfeed.example.com/feed.json: <link rel="next" href="https://xmlfeed.example.com/feed.json?page=2"/> 1 content
https://example.com/json/feed.json: <link rel="next" href="https://example.com/xml/feed.json?page=2"/> 1 content
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# rss-to-json: each entry of an Atom feed was published at the moment at which one asks, its address is a list, and text in XHTML is left out.
#
# Versions: rss-to-json 2.1.1 and, to compare with, @rowanmanning/feed-parser 2.1.5 (npm), Node.js; a server of the script's on loopback.
# Expected: RFC 4287, section 4.2.9: atom:published is the "time ... early in the life cycle of the entry"; section 4.2.14: a title is a text, with a
#   type; section 3.1.1.3: type="xhtml" is a kind of content. Its own words: "RSS and Atom feed generator for Node.js", with "published" and "created"
#   in each item.
# Seen: an entry of 2001-02-03 has published = Date.now(), and so has an RSS item without a date; atom:updated is called "created". The title of a
#   feed with type="text" is { "$text": "Feed", "type": "text" }, and of several links all are an array instead of the address. The content in XHTML
#   is nowhere. @rowanmanning/feed-parser reads them.
# Why it matters: sorted by date the whole archive is new at each call, and is sent to the readers again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rss-to-json@2.1.1 @rowanmanning/feed-parser@2.1.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import http from "node:http";
import { parseFeed } from "@rowanmanning/feed-parser";
import rss from "rss-to-json";

const atom = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Feed</title><link href="https://example.org/"/><id>urn:uuid:1</id><updated>2001-02-04T10:00:00Z</updated>
<entry><title type="text">One</title><link rel="alternate" href="https://example.org/1"/><link rel="related" href="https://example.org/x"/><id>urn:uuid:2</id>
<published>2001-02-03T10:00:00Z</published><updated>2001-02-04T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi <b>you</b></p></div></content></entry></feed>`;
const server = http.createServer((request, response) => response.end(atom)).listen(0, "127.0.0.1");
await new Promise((resolve) => server.on("listening", resolve));
const before = Date.now();
const { title: name, items } = await (rss.parse ?? rss)(`http://127.0.0.1:${server.address().port}/`);
server.close();
const [{ title, published, created, link, content }] = items;
console.log("published is now:", published >= before && published <= Date.now(), "created:", new Date(created).toISOString());
console.log("titles:", JSON.stringify(name), JSON.stringify(title), "link:", JSON.stringify(link), "content:", content);
const [right] = parseFeed(atom).toJSON().items;
console.log("feed-parser:", JSON.stringify([right.published, right.updated, right.title, right.url, right.content]));
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
published is now: true created: 2001-02-04T10:00:00.000Z
titles: {"$text":"Feed","type":"text"} "One" link: [{"rel":"alternate","href":"https://example.org/1"},{"rel":"related","href":"https://example.org/x"}] content: undefined
feed-parser: ["2001-02-03T10:00:00.000Z","2001-02-04T10:00:00.000Z","One","https://example.org/1","<p>Hi <b>you</b></p>"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# feed-read and feed-reader: the link of an Atom entry is the first of its links, a sound file for instance, and its text in XHTML is "[object
#   Object]" or nothing.
#
# Versions: feed-read 0.0.1, feed-reader 6.1.3 and, to compare with, @rowanmanning/feed-parser 2.1.5 (npm), Node.js; a server of the script's on
#   loopback.
# Expected: RFC 4287, section 4.2.7.2: the relation of a link is its rel, "alternate" where there is none; an "enclosure" is a "related resource that
#   is potentially large in size". The order of links means nothing. Section 3.1.1.3: type="xhtml" is a kind of content. feed-read has "link - The
#   original article link" and "content - The HTML content of the article".
# Seen: with the enclosure first, the link of the article is https://example.org/a.mp3 for both; with the links the other way round it is right.
#   content is the text "[object Object]" in feed-read, and description is empty in feed-reader. @rowanmanning/feed-parser is right in both cases.
# Why it matters: podcasts and photo blogs have enclosures: readers who follow the headline download a file of many megabytes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts feed-read@0.0.1 feed-reader@6.1.3 @rowanmanning/feed-parser@2.1.5 >npm.log 2>&1

cat > find.mjs <<'JS'
import http from "node:http";
import { createRequire } from "node:module";
import { parseFeed } from "@rowanmanning/feed-parser";
import { read } from "feed-reader";

const feedRead = createRequire(import.meta.url)("feed-read");
const page = '<link rel="alternate" href="https://example.org/1"/>';
const file = '<link rel="enclosure" type="audio/mpeg" href="https://example.org/a.mp3"/>';
const atom = (links) => `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title><link href="https://example.org/"/><id>urn:uuid:1</id><updated>2026-02-04T10:00:00Z</updated>
<entry><title>One</title>${links}<id>urn:uuid:2</id><published>2026-02-03T10:00:00Z</published><updated>2026-02-04T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi <b>you</b></p></div></content></entry></feed>`;
let text;
const server = http.createServer((request, response) => response.setHeader("content-type", "application/atom+xml").end(text)).listen(0, "127.0.0.1");
await new Promise((resolve) => server.on("listening", resolve));
for (const [name, links] of [["the page first", page + file], ["the file first", file + page]]) {
  text = atom(links);
  const [one] = await new Promise((resolve, reject) => feedRead.atom(text, (error, articles) => (error ? reject(error) : resolve(articles))));
  const [two] = (await read(`http://127.0.0.1:${server.address().port}/`)).entries;
  const [right] = parseFeed(text).toJSON().items;
  console.log(`${name}: feed-read ${one.link}, ${JSON.stringify(one.content)}; feed-reader ${two.link}, ${JSON.stringify(two.description)}`);
  console.log(`  feed-parser ${right.url}, ${JSON.stringify(right.content)}`);
}
server.close();
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
the page first: feed-read https://example.org/1, "[object Object]"; feed-reader https://example.org/1, ""
  feed-parser https://example.org/1, "<p>Hi <b>you</b></p>"
the file first: feed-read https://example.org/a.mp3, "[object Object]"; feed-reader https://example.org/a.mp3, ""
  feed-parser https://example.org/1, "<p>Hi <b>you</b></p>"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

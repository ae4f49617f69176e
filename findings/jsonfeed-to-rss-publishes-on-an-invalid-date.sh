#!/bin/bash
# jsonfeed-to-rss: an item without a date is published on "Invalid Date", and an episode whose length is given lasts "NaN:NaN".
#
# Versions: jsonfeed-to-rss 3.0.8 (npm), Node.js.
# Expected: JSON Feed 1, "Items": only id is required, date_published is optional. RSS 2.0: pubDate is optional, and a date of RFC 822. Its
#   documentation: _itunes.duration overrides the length of the attachment, whose duration_in_seconds is optional in JSON Feed.
# Seen: an item without date_published has <pubDate>Invalid Date</pubDate>. With _itunes: { duration: "1:02:03" } and an attachment without
#   duration_in_seconds it has <itunes:duration>NaN:NaN</itunes:duration>.
# Why it matters: the feed is invalid, and readers take such an item for one of today each time, or for one of 1970. Podcast directories
#   refuse the feed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts jsonfeed-to-rss@3.0.8 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const convert = createRequire(import.meta.url)("jsonfeed-to-rss");

const attachments = [{ url: "https://example.com/1.mp3", mime_type: "audio/mpeg" }];
for (const [name, item] of Object.entries({
  "with a date": { date_published: "2010-02-07T14:04:00-05:00" },
  "without": {},
  "with a length": { date_published: "2010-02-07T14:04:00-05:00", attachments, _itunes: { duration: "1:02:03" } },
})) {
  const rss = convert({
    version: "https://jsonfeed.org/version/1", title: "T", home_page_url: "https://example.com/", feed_url: "https://example.com/feed.json",
    _itunes: {}, items: [{ id: "1", url: "https://example.com/1", content_text: "Text", ...item }],
  });
  const inside = rss.slice(rss.indexOf("<item>"));
  console.log(`${name}: ${inside.match(/<(pubDate|itunes:duration)>.*/g).join(" ")}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
with a date: <pubDate>Sun, 07 Feb 2010 19:04:00 GMT</pubDate>
without: <pubDate>Invalid Date</pubDate>
with a length: <pubDate>Sun, 07 Feb 2010 19:04:00 GMT</pubDate> <itunes:duration>NaN:NaN</itunes:duration>
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# podcast-feed-parser: a show that is complete, or blocked, is neither, and the tenth episode stands between the second and the first.
#
# Versions: podcast-feed-parser 1.0.4 (npm), Node.js.
# Expected: Apple, "A Podcaster's Guide to RSS": itunes:complete and itunes:block with "Yes" say that no more episodes come, or that show or
#   episode is not to be listed; itunes:order is a number. The package turns both into true or false.
# Seen: with <itunes:complete>Yes</itunes:complete> and <itunes:block>Yes</itunes:block> meta.complete and meta.blocked are false, and an episode's
#   blocked as well: a method is compared with "yes" instead of its result. Episodes with order 1, 2, 10 come as 2, 10, 1, as numbers are compared as texts.
# Why it matters: a directory lists what its makers have taken out, and asks for shows that have ended for ever.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts podcast-feed-parser@1.0.4 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { getPodcastFromFeed } = createRequire(import.meta.url)("podcast-feed-parser");

const item = (order) => `<item><title>Part ${order}</title><itunes:order>${order}</itunes:order><itunes:block>Yes</itunes:block>`
  + "<pubDate>Sun, 07 Feb 2010 19:04:00 GMT</pubDate></item>";
const { meta, episodes } = getPodcastFromFeed('<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>'
  + "<title>Example</title><itunes:complete>Yes</itunes:complete><itunes:block>Yes</itunes:block><itunes:explicit>Yes</itunes:explicit>"
  + `${[1, 2, 10].map(item).join("")}</channel></rss>`);
console.log(`explicit ${meta.explicit}, complete ${meta.complete}, blocked ${meta.blocked}`);
for (const { title, blocked } of episodes) console.log(`${title}: blocked ${blocked}`);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
explicit true, complete false, blocked false
Part 2: blocked false
Part 10: blocked false
Part 1: blocked false
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

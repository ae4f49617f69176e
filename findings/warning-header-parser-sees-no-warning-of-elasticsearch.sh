#!/bin/bash
# warning-header-parser: the warnings of Elasticsearch are none for it, as their agent has a capital, and a text without a date keeps its
#   last quote.
#
# Versions: warning-header-parser 2.0.0 (npm), Node.js.
# Expected: RFC 7234, section 5.5, which its documentation names: warn-agent is a host, with a port or without, or a pseudonym, which is a
#   token, and tokens may have capitals; the date is optional; a list may hold several warnings.
# Seen: of 299 Elasticsearch-8.15.0-1a77947f "...", as Elasticsearch writes it, and of 110 proxy.example.org:3128 "Response is stale"
#   nothing comes back, an empty list. Behind another warning it becomes a part of that one's text. With small letters it is read, and the
#   text ends in a quotation mark, as the date, which may be missing, is looked for.
# Why it matters: deprecations of Elasticsearch and OpenSearch are the warnings that are still sent: a client that shows or counts them has
#   none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts warning-header-parser@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import parse from "warning-header-parser";

for (const text of [
  '299 elasticsearch-8.15.0-1a77947f "the default will change"',
  '299 Elasticsearch-8.15.0-1a77947f "the default will change"',
  '110 proxy.example.org "Response is stale"',
  '110 proxy.example.org:3128 "Response is stale"',
  '199 - "one", 299 Elasticsearch-8.15.0-1a77947f "two"',
]) {
  let seen;
  try {
    seen = JSON.stringify(parse(text));
  } catch (error) {
    seen = error.name;
  }
  console.log(`${text}\n  ${seen}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
299 elasticsearch-8.15.0-1a77947f "the default will change"
  [{"code":"299","agent":"elasticsearch-8.15.0-1a77947f","message":"the default will change\""}]
299 Elasticsearch-8.15.0-1a77947f "the default will change"
  []
110 proxy.example.org "Response is stale"
  [{"code":"110","agent":"proxy.example.org","message":"Response is stale\""}]
110 proxy.example.org:3128 "Response is stale"
  []
199 - "one", 299 Elasticsearch-8.15.0-1a77947f "two"
  [{"code":"199","agent":"-","message":"one\", 299 Elasticsearch-8.15.0-1a77947f \"two\""}]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

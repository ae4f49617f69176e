#!/bin/bash
# clf-parser: the referrer keeps its quotation marks, so that "no referrer" is a referrer, and a browser's name ends at an escaped quotation mark.
#
# Versions: clf-parser 0.0.2 (npm), Node.js.
# Expected: Apache, mod_log_config, "combined": \"%{Referer}i\" \"%{User-agent}i\"; "-" stands for a field that was not sent, and quotation marks in a
#   field are written as \". "A basic parser for the common log format seen in apache and nginx logs" is what it calls itself; for "-" it has null, in
#   all other fields.
# Seen: http_referer is "\"http://example.com/\"", with quotation marks, and "\"-\"" where there was none; the browser is null in that case. Of the
#   browser 'Mozilla (\"x\" y)' it is "Mozilla (\" up to the backslash.
# Why it matters: no referrer equals what one compares it with, and new URL() refuses them; visits without a referrer are counted as ones from the
#   site "-".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts clf-parser@0.0.2 >npm.log 2>&1

cat > find.cjs <<'JS'
const clf = require("clf-parser");

const line = (referer, agent) => `192.0.2.1 - jo [30/Nov/2026:12:00:00 +0100] "GET /a HTTP/1.1" 200 12 "${referer}" "${agent}"`;
for (const [referer, agent] of [["http://example.com/", "curl/8"], ["-", "-"], ["-", 'Mozilla (\\"x\\" y)']]) {
  const { remote_user, time_local, http_referer, http_user_agent } = clf(line(referer, agent));
  console.log(`${referer} ${agent}: ${JSON.stringify({ remote_user, time_local, http_referer, http_user_agent })}`);
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
http://example.com/ curl/8: {"remote_user":"jo","time_local":"2026-11-30T11:00:00.000Z","http_referer":"\"http://example.com/\"","http_user_agent":"curl/8"}
- -: {"remote_user":"jo","time_local":"2026-11-30T11:00:00.000Z","http_referer":"\"-\"","http_user_agent":null}
- Mozilla (\"x\" y): {"remote_user":"jo","time_local":"2026-11-30T11:00:00.000Z","http_referer":"\"-\"","http_user_agent":"Mozilla (\\"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

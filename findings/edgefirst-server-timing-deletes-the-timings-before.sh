#!/bin/bash
# @edgefirst-dev/server-timing: toHeaders() deletes the timings that were there, returns nothing instead of the headers, and a quotation mark in a
#   description ends it.
#
# Versions: @edgefirst-dev/server-timing 0.0.1 (npm), Node.js.
# Expected: its own documentation of toHeaders(): "Append a Server-Timing header per measurement to the given Headers object. @returns The Headers
#   object with the Server-Timing headers appended." W3C, Server Timing: desc is a token or a quoted-string; RFC 9110, section 5.6.4: a quotation mark
#   in one is written as \".
# Seen: Headers with "cdn;dur=1" have only the new measurement after it. The returned value is undefined, so that new Response(body, { headers:
#   collector.toHeaders() }) has no such header. The description 'select "a"' is written desc="select "a"". In the documentation collector.measure()
#   has four arguments and collector.add() is a method; there are three, and no add().
# Why it matters: the timings of a proxy or a second collector are lost, and who writes what the documentation says has none, without an error. Call
#   headers.append("Server-Timing", String(collector)).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @edgefirst-dev/server-timing@0.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { TimingCollector } from "@edgefirst-dev/server-timing";

const collector = new TimingCollector();
await collector.measure("db", 'select "a"', async () => {});
const headers = new Headers({ "Server-Timing": "cdn;dur=1" });
const returned = collector.toHeaders(headers);
console.log("returned:", returned, "and the header:", headers.get("server-timing").replace(/;dur=[\d.]+$/, ";dur=..."));
console.log("a response with toHeaders():", new Response("", { headers: collector.toHeaders() }).headers.get("server-timing"));
console.log("add() is", typeof collector.add);
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
returned: undefined and the header: db;desc="select "a"";dur=...
a response with toHeaders(): null
add() is undefined
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

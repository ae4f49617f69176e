#!/bin/bash
# curl-parser-ts: the address of a command is its last argument with a dot: "user-agent: curl/8.5.0", or a file's name out of the data.
#
# Versions: curl-parser-ts 0.3.0 (npm), Node.js.
# Expected: curl(1): curl [options / URLs], in any order; the argument behind -H or -d belongs to that option. Its documentation: "Convert curl
#   commands from the command line into JavaScript objects". Browsers copy a request as curl with the address first and the headers behind it.
# Seen: of curl 'https://example.com/api' -H 'accept: */*' -H 'user-agent: curl/8.5.0' the url is "user-agent: curl/8.5.0"; of curl
#   https://example.com/ -d 'file=a.txt' it is "file=a.txt", and of JSON with a dot inside it is the JSON. With the address at the end, or behind -L, it
#   is right, as in its examples.
# Why it matters: each command out of the browser's developer tools has headers with dots: an import of requests shows addresses that cannot be
#   called.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts curl-parser-ts@0.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const { parseCurlCommand } = createRequire(import.meta.url)("curl-parser-ts");

for (const command of [
  "curl -H 'accept: */*' -H 'user-agent: curl/8.5.0' 'https://example.com/api'",
  "curl 'https://example.com/api' -H 'accept: */*' -H 'user-agent: curl/8.5.0'",
  "curl 'https://example.com/api' -H 'accept: */*'",
  "curl https://example.com/ -d 'file=a.txt'",
  `curl https://example.com/ --data-raw '{"price":1.5}'`,
]) {
  const { method, url } = parseCurlCommand(command);
  console.log(`${command}\n  ${method} ${url}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
curl -H 'accept: */*' -H 'user-agent: curl/8.5.0' 'https://example.com/api'
  GET https://example.com/api
curl 'https://example.com/api' -H 'accept: */*' -H 'user-agent: curl/8.5.0'
  GET user-agent: curl/8.5.0
curl 'https://example.com/api' -H 'accept: */*'
  GET https://example.com/api
curl https://example.com/ -d 'file=a.txt'
  POST file=a.txt
curl https://example.com/ --data-raw '{"price":1.5}'
  POST {"price":1.5}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

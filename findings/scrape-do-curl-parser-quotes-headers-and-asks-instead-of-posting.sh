#!/bin/bash
# @scrape-do/curl-parser: what it writes sends a header named 'X-A with a quotation mark; curl -d is a GET; and -L takes the next option for the
#   address.
#
# Versions: @scrape-do/curl-parser 0.3.0 (npm), Node.js, bash.
# Expected: curl(1): -d, --data "sends the specified data in a POST request"; if it is used more than once the parts are merged with "&"; -L,
#   --location has no argument. Its documentation has stringify(parse(command)), and lists d and L among the options that it knows.
# Seen: stringify() of the header X-A: b c gives -H \'X-A:b\ c\' , which the shell passes on as 'X-A:b c' with both quotation marks. Of curl -d a=1 -d
#   b=2 the method is "get" and the body "b=2". curl -L -s https://example.com/ ends in "Url was already set".
# Why it matters: the request that is written into a file or shown to users is another one than was read: servers answer 400 to a name with "'", forms
#   lose all fields but the last.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @scrape-do/curl-parser@0.3.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
const { parse, stringify } = createRequire(import.meta.url)("@scrape-do/curl-parser");

const text = stringify(parse("curl -X POST -H 'X-A: b c' https://example.com/"));
console.log("written:", text);
const seen = execFileSync("bash", ["-c", `curl() { printf '[%s] ' "$@"; }; ${text}`], { encoding: "utf8" });
console.log("curl gets:", seen.trim());
for (const command of ["curl -d a=1 https://example.com/", "curl -d a=1 -d b=2 https://example.com/", "curl -L -s https://example.com/"]) {
  try {
    const { method, url, body } = parse(command);
    console.log(`${command}: ${method} ${url} ${body}`);
  } catch (error) {
    console.log(`${command}: ${error.message}`);
  }
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
written: curl -X post -H \'X-A:b\ c\' https://example.com/
curl gets: [-X] [post] [-H] ['X-A:b c'] [https://example.com/]
curl -d a=1 https://example.com/: get https://example.com/ a=1
curl -d a=1 -d b=2 https://example.com/: get https://example.com/ b=2
curl -L -s https://example.com/: unrecognized positional argument https://example.com/. Url was already set.
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# cookies.txt, netscape-cookies-parser: cookies that are HttpOnly are taken for comments, and an empty value is sent as "undefined".
#
# Versions: cookies.txt 0.1.2, netscape-cookies-parser 1.0.2 (npm), Node.js.
# Expected: curl's "HTTP Cookies" (curl.se/docs/http-cookies.html): "#HttpOnly_" in front of the domain marks an HttpOnly cookie; other lines with #
#   are comments. The second field is TRUE for a domain with its subdomains.
# Seen: the line of the session is lost in both. The last tab is trimmed off, so that an empty value is undefined. cookies.txt compares the host
#   with ".example.org" as a whole, so that a cookie for all hosts of the domain is sent to none.
# Why it matters: sessions are almost always HttpOnly: with the file that curl wrote one is logged out, without a word. Plain cookies of one
#   host work.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts cookies.txt@0.1.2 netscape-cookies-parser@1.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
const require = createRequire(import.meta.url);
const cookiesTxt = require("cookies.txt");
const { CookieJar } = require("netscape-cookies-parser");

const file = "cookies-example.txt";
const jar = [
  "# Netscape HTTP Cookie File",
  "www.example.org\tFALSE\t/\tTRUE\t4102444800\tlang\tde",
  "www.example.org\tFALSE\t/\tTRUE\t4102444800\tseen\t",
  "#HttpOnly_www.example.org\tFALSE\t/\tTRUE\t4102444800\tsession\t4711",
  ".example.org\tTRUE\t/\tTRUE\t4102444800\tall\t1",
].join("\n");
writeFileSync(file, jar + "\n");

const print = console.log;
console.log = () => {};
const read = await new Promise((done) => cookiesTxt.parse(file, done));
const sent = cookiesTxt.getCookieString("https://www.example.org/");
console.log = print;

console.log("meant for https://www.example.org/: lang=de; seen=; session=4711; all=1");
console.log("cookies.txt reads:            ", read.map((c) => c.name).join(" "));
console.log("  sends:", sent);
const other = new CookieJar(jar);
console.log("netscape-cookies-parser reads:", other.parse().map((c) => c.name).join(" "));
console.log("  sends:", other.toString());
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
meant for https://www.example.org/: lang=de; seen=; session=4711; all=1
cookies.txt reads:             lang seen all
  sends: lang=de;seen=undefined
netscape-cookies-parser reads: lang seen all
  sends: lang=de; seen=undefined; all=1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

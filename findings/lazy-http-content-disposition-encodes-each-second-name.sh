#!/bin/bash
# @lazy-http/content-disposition: each second download of one file fails in Node, as the name is encoded only each other time; it reads no "inline".
#
# Versions: @lazy-http/content-disposition 1.0.2 and, to compare with, content-disposition 1.0.1 (npm), Node.js.
# Expected: RFC 9110, section 5.5, and Node: a header has no letters beyond Latin-1. RFC 6266, section 4.1: quotation marks inside filename="..." are
#   escaped; section 4.2: disposition-type is "inline", "attachment" or an extension.
# Seen: contentDisposition("€-Rechnung.pdf"), called four times: the first and third are encoded, the second and fourth have € as it is, and
#   setHeader() ends in "Invalid character in header content". (A regular expression with the flag g remembers where it was.) a "b".pdf is written with
#   bare quotation marks; parse("inline; filename=...") ends in "Invalid content-disposition header format".
# Why it matters: the download works in the test and fails for the second customer, with status 500. All names in ASCII work.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts @lazy-http/content-disposition@1.0.2 content-disposition@1.0.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import http from "node:http";
const require = createRequire(import.meta.url);
const { contentDisposition, parse } = require("@lazy-http/content-disposition");
const other = require("content-disposition");

const message = new http.OutgoingMessage();
const sent = (value) => {
  try {
    message.setHeader("Content-Disposition", value);
    return "sent";
  } catch (error) {
    return error.code;
  }
};
for (let i = 0; i < 4; i++) {
  const value = contentDisposition("€-Rechnung.pdf");
  console.log(`${value}: ${sent(value)}`);
}
console.log(contentDisposition('a "b".pdf'));
console.log("content-disposition:", (other.create ?? other)('a "b".pdf'));
try {
  console.log(parse('inline; filename="a.pdf"').type);
} catch (error) {
  console.log("inline:", error.message);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
attachment; filename="%E2%82%AC-Rechnung.pdf"; filename*=UTF-8''%E2%82%AC-Rechnung.pdf: sent
attachment; filename="€-Rechnung.pdf"; filename*=UTF-8''%E2%82%AC-Rechnung.pdf: ERR_INVALID_CHAR
attachment; filename="%E2%82%AC-Rechnung.pdf"; filename*=UTF-8''%E2%82%AC-Rechnung.pdf: sent
attachment; filename="€-Rechnung.pdf"; filename*=UTF-8''%E2%82%AC-Rechnung.pdf: ERR_INVALID_CHAR
attachment; filename="a "b".pdf"; filename*=UTF-8''a%20%22b%22.pdf
content-disposition: attachment; filename="a \"b\".pdf"
inline: Invalid content-disposition header format
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

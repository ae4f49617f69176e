#!/bin/bash
# dauria: a data URL that gives the charset and leaves text/plain away has an empty type and no text.
#
# Versions: dauria 2.0.0 (npm), Node.js; fetch() of Node.js to compare with.
# Expected: RFC 2397, section 2, which its documentation names: "If <mediatype> is omitted, it defaults to text/plain;charset=US-ASCII. As a
#   shorthand, "text/plain" can be omitted but the charset parameter supplied." RFC 2045, section 6.1: base64 is the same in capitals.
# Seen: parseDataURI("data:;charset=utf-8,H%C3%A9") has MIME "", mediaType ";charset=utf-8", and text and charset null. With text/plain in front all
#   is right, and so is "data:,Hi". "data:text/plain;BASE64,SGk=" has the text "SGk=".
# Why it matters: the shorthand is what hand-written links and the RFC use; text comes out as null, and a type of "" goes into headers.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 120 npm install --silent --no-audit --no-fund --ignore-scripts dauria@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
const dauria = createRequire(import.meta.url)("dauria");

for (const url of ["data:,Hi", "data:text/plain;charset=utf-8,H%C3%A9", "data:;charset=utf-8,H%C3%A9", "data:text/plain;base64,SGk=", "data:text/plain;BASE64,SGk="]) {
  const { MIME, mediaType, charset, text } = dauria.parseDataURI(url);
  const right = await fetch(url);
  console.log(`${url}\n  dauria: ${JSON.stringify({ MIME, mediaType, charset, text })}\n  fetch:  ${right.headers.get("content-type")} ${JSON.stringify(await right.text())}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
data:,Hi
  dauria: {"MIME":"text/plain","mediaType":"text/plain;charset=US-ASCII","charset":"US-ASCII","text":"Hi"}
  fetch:  text/plain;charset=US-ASCII "Hi"
data:text/plain;charset=utf-8,H%C3%A9
  dauria: {"MIME":"text/plain","mediaType":"text/plain;charset=utf-8","charset":"utf-8","text":"Hé"}
  fetch:  text/plain;charset=utf-8 "Hé"
data:;charset=utf-8,H%C3%A9
  dauria: {"MIME":"","mediaType":";charset=utf-8","charset":null,"text":null}
  fetch:  text/plain;charset=utf-8 "Hé"
data:text/plain;base64,SGk=
  dauria: {"MIME":"text/plain","mediaType":"text/plain","charset":"US-ASCII","text":"Hi"}
  fetch:  text/plain "Hi"
data:text/plain;BASE64,SGk=
  dauria: {"MIME":"text/plain","mediaType":"text/plain;BASE64","charset":"US-ASCII","text":"SGk="}
  fetch:  text/plain "Hi"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

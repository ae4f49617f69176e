#!/bin/bash
# uri-template.js: what extract() takes out of an address is still percent-encoded, "007" is the number 7, and a path (+) is not found at all.
#
# Versions: uri-template.js 0.1.2 and, to compare with, uri-templates-es 2.0.2 (npm), Node.js.
# Expected: RFC 6570, section 3.2.1: values are percent-encoded when a template is expanded, so that the variables are what one has after decoding;
#   its values are strings. "{+path}/here" is of level 2, and the package "supports all expansion levels defined in RFC6570" and "both URI expansion
#   and extraction".
# Seen: extract("/a/{x}{?y}", "/a/b%20c?y=d%26e") is { x: "b%20c", y: "d%26e" }, which expand() writes as %2520. "/users/007" gives the number 7,
#   "/v/1.10" the number 1.1. For "{+path}/here" and "/foo/bar/here" it is {}. uri-templates-es is right in all; expand() passes the examples of the
#   RFC.
# Why it matters: identifiers with zeros in front name another user, and names with a blank are not found.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts uri-template.js@0.1.2 uri-templates-es@2.0.2 >npm.log 2>&1

cat > find.mjs <<'JS'
import { createRequire } from "node:module";
import { UriTemplate } from "uri-templates-es";
const template = createRequire(import.meta.url)("uri-template.js");

for (const [text, values] of [
  ["/users/{name}", { name: "jo" }],
  ["/a/{x}{?y}", { x: "b c", y: "d&e" }],
  ["/users/{id}", { id: "007" }],
  ["/v/{version}", { version: "1.10" }],
  ["{+path}/here", { path: "/foo/bar" }],
]) {
  const address = template.expand(text, values);
  const seen = template.extract(text, address);
  console.log(`${JSON.stringify(values)}: ${address}: ${JSON.stringify(seen)}, again ${template.expand(text, seen)}; uri-templates-es: ${JSON.stringify(new UriTemplate(text).fromUri(address))}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
{"name":"jo"}: /users/jo: {"name":"jo"}, again /users/jo; uri-templates-es: {"name":"jo"}
{"x":"b c","y":"d&e"}: /a/b%20c?y=d%26e: {"x":"b%20c","y":"d%26e"}, again /a/b%2520c?y=d%2526e; uri-templates-es: {"x":"b c","y":"d&e"}
{"id":"007"}: /users/007: {"id":7}, again /users/7; uri-templates-es: {"id":"007"}
{"version":"1.10"}: /v/1.10: {"version":1.1}, again /v/1.1; uri-templates-es: {"version":"1.10"}
{"path":"/foo/bar"}: /foo/bar/here: {}, again /here; uri-templates-es: {"path":"/foo/bar"}
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

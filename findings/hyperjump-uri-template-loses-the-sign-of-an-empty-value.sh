#!/bin/bash
# @hyperjump/uri-template, uri-template-lite: examples of RFC 6570 come out differently: X{.empty} without its dot, {+escaped} escaped
# twice.
#
# Versions: @hyperjump/uri-template 0.3.0, uri-template-lite 23.4.0, url-template 3.1.1 to compare with (npm), Node.js.
# Expected: RFC 6570, section 3.2.4 has X{#empty} with the result "X#" and section 3.2.5 X{.empty} with "X." among its examples, where empty
#   is "". Section 3.2.3: {+var} lets "pct-encoded triplets" through as they are.
# Seen: the first gives "X" for both. The second makes %2520 of %20 in {+path}. url-template has what the RFC says, and the other package
#   each time too.
# Why it matters: JMAP (RFC 8620) and HAL give their links as templates. A file whose name came percent-encoded is asked for under another
#   name, and where an empty value has a meaning the client asks for something else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @hyperjump/uri-template@0.3.0 uri-template-lite@23.4.0 url-template@3.1.1 >npm.log 2>&1

cat > find.mjs <<'JS'
import { expand } from "@hyperjump/uri-template";
import { expand as lite } from "uri-template-lite";
import { parseTemplate } from "url-template";

const values = { empty: "", path: "a%20b/c" };
for (const template of ["X{#empty}", "X{.empty}", "X{/empty}", "X{;empty}", "{+path}", "{#path}"]) {
  const right = parseTemplate(template).expand(values);
  const seen = `@hyperjump/uri-template ${expand(template, values)}, uri-template-lite ${lite(template, values)}`;
  console.log(`${template}: url-template ${right}, ${seen}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
X{#empty}: url-template X#, @hyperjump/uri-template X, uri-template-lite X#
X{.empty}: url-template X., @hyperjump/uri-template X, uri-template-lite X.
X{/empty}: url-template X/, @hyperjump/uri-template X, uri-template-lite X/
X{;empty}: url-template X;empty, @hyperjump/uri-template X;empty, uri-template-lite X;empty
{+path}: url-template a%20b/c, @hyperjump/uri-template a%20b/c, uri-template-lite a%2520b/c
{#path}: url-template #a%20b/c, @hyperjump/uri-template #a%20b/c, uri-template-lite #a%2520b/c
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# fetch-link-util: a comma in a URL, a second relation type, a title or a capital in "rel", and there is no next page.
#
# Versions: fetch-link-util 1.1.4, http-link-header 1.1.3 to compare with (npm), Node.js.
# Expected: RFC 8288, section 3: a target in "<>" may hold any character of a URI, commas too; "rel" may hold several relation types, which
#   are compared case-insensitively (2.1.1), as parameter names are; quoted strings may hold commas and semicolons. Its documentation:
#   "helper to extract fetch link header values", with a link to that RFC, in a loop that goes from page to page.
# Seen: getHeaderLink() returns undefined for all of these, and the URL for the plainest one. http-link-header finds the next page
#   each time.
# Why it matters: a loop "while (next)" ends behind the first page without an error, for all servers that name fields in a query
#   ("?fields=a,b") or that write two relations into one link.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts fetch-link-util@1.1.4 http-link-header@1.1.3 >npm.log 2>&1

cat > find.mjs <<'JS'
import { getHeaderLink } from "fetch-link-util";
import LinkHeader from "http-link-header";

const HEADERS = [
  '<https://example.org/?page=2>; rel="next"',
  '<https://example.org/?fields=a,b&page=2>; rel="next"',
  '<https://example.org/?page=2>; rel="next last"',
  '<https://example.org/?page=2>; rel="Next"',
  '<https://example.org/?page=2>; Rel="next"',
  '<https://example.org/?page=2>; title="of 2, the last"; rel="next"',
];
for (const link of HEADERS) {
  const other = LinkHeader.parse(link).refs.find((ref) => ref.rel.toLowerCase().split(" ").includes("next"));
  console.log(`${link}\n  fetch-link-util: ${getHeaderLink(new Headers({ link }))}, http-link-header: ${other?.uri}`);
}
JS
timeout 60 node find.mjs | tee seen
cat > expected <<'TEXT'
<https://example.org/?page=2>; rel="next"
  fetch-link-util: https://example.org/?page=2, http-link-header: https://example.org/?page=2
<https://example.org/?fields=a,b&page=2>; rel="next"
  fetch-link-util: undefined, http-link-header: https://example.org/?fields=a,b&page=2
<https://example.org/?page=2>; rel="next last"
  fetch-link-util: undefined, http-link-header: https://example.org/?page=2
<https://example.org/?page=2>; rel="Next"
  fetch-link-util: undefined, http-link-header: https://example.org/?page=2
<https://example.org/?page=2>; Rel="next"
  fetch-link-util: undefined, http-link-header: https://example.org/?page=2
<https://example.org/?page=2>; title="of 2, the last"; rel="next"
  fetch-link-util: undefined, http-link-header: https://example.org/?page=2
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# http-link-header: "crossorigin" without a value swallows the next link; three other readers of Link cut titles at semicolons, and two know no relative link.
#
# Versions: http-link-header 1.1.4, @flowbox/parse-link-header 1.0.0, @web3-storage/parse-link-header 3.1.0, @renyuneyun/parse-link-header-ts 2.0.0
#   (npm), Node.js.
# Expected: RFC 8288, section 3: a parameter of a link may have no value; a value may be in quotation marks, and what is within "<" and ">" is the
#   URI, or a reference relative to that of the document, as in "</p>".
# Seen: of two links, of which the first ends in "crossorigin", http-link-header gives one, with the second in the name of a parameter. Of the title
#   "a; b" the three others have "a". For </p> @flowbox gives no link, and @renyuneyun raises "Invalid URL".
# Why it matters: servers send such links with 103 Early Hints and for the pages of an API: the second style sheet is not loaded, and where "next" is
#   lost, the list ends.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts http-link-header@1.1.4 @flowbox/parse-link-header@1.0.0 \
    @web3-storage/parse-link-header@3.1.0 @renyuneyun/parse-link-header-ts@2.0.0 >npm.log 2>&1

cat > find.mjs <<'JS'
import flowbox from "@flowbox/parse-link-header";
import renyuneyun from "@renyuneyun/parse-link-header-ts";
import { parseLinkHeader } from "@web3-storage/parse-link-header";
import LinkHeader from "http-link-header";

const readers = {
  "http-link-header": (text) => LinkHeader.parse(text).refs,
  flowbox: (text) => flowbox(text),
  "web3-storage": (text) => parseLinkHeader(text),
  renyuneyun: (text) => (renyuneyun.default ?? renyuneyun)(text),
};
for (const text of [
  '</a.css>; rel="preload"; crossorigin, </b.css>; rel="preload"; as="style"',
  '<https://example.com/2>; rel="next"; title="a; b"',
  '</p>; rel="next"',
]) {
  console.log(text);
  for (const [name, read] of Object.entries(readers)) {
    let seen;
    try {
      seen = JSON.stringify(read(text));
    } catch (error) {
      seen = error.message;
    }
    console.log(`  ${name}: ${seen}`);
  }
}
JS
timeout 60 node --no-deprecation find.mjs | tee seen
cat > expected <<'TEXT'
</a.css>; rel="preload"; crossorigin, </b.css>; rel="preload"; as="style"
  http-link-header: [{"uri":"/a.css","rel":"preload","crossorigin, </b.css>; rel":"preload","as":"style"}]
  flowbox: {}
  web3-storage: {"preload":{"rel":"preload","as":"style","url":"/b.css"}}
  renyuneyun: Invalid URL
<https://example.com/2>; rel="next"; title="a; b"
  http-link-header: [{"uri":"https://example.com/2","rel":"next","title":"a; b"}]
  flowbox: {"next":{"rel":"next","title":"a","url":"https://example.com/2"}}
  web3-storage: {"next":{"rel":"next","title":"a","url":"https://example.com/2"}}
  renyuneyun: {"next":[{"rel":"next","title":"a","url":"https://example.com/2"}]}
</p>; rel="next"
  http-link-header: [{"uri":"/p","rel":"next"}]
  flowbox: {}
  web3-storage: {"next":{"rel":"next","url":"/p"}}
  renyuneyun: Invalid URL
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# rss2: an Atom feed with an address that has an "&" is not XML, so that no reader shows any of it.
#
# Versions: rss2 0.1.10 and, to compare with, feed 4.2.2, from which it was made (npm), Node.js, and Python 3.11's parser.
# Expected: XML 1.0, section 2.3: an attribute value has no bare "&", it is written &amp;. The package is "a RSS, Atom and JSON rss2 generator for
#   Node.js based on `feed`".
# Seen: atom1() writes <link href="https://example.org/?a=1&b=2"/> for the item's link, and Python's parser says "not well-formed (invalid token)";
#   rss2() of the same feed is well-formed. So is atom1() with an address without "&".
# Why it matters: one item with a query of two fields takes the whole feed away, and the code which made it reports no error. Replace & with &amp; in
#   the links for atom1() only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts rss2@0.1.10 feed@4.2.2 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const python = `import sys, xml.etree.ElementTree as tree
try:
    tree.fromstring(sys.argv[1])
    print("well-formed")
except tree.ParseError as error:
    print(str(error).split(":")[0])`;
for (const name of ["rss2", "feed"]) {
  const { Feed } = require(name);
  for (const link of ["https://example.org/?a=1", "https://example.org/?a=1&b=2"]) {
    const feed = new Feed({ title: "Feed", description: "D", id: "https://example.org/", link: "https://example.org/", copyright: "c", updated: new Date(0) });
    feed.addItem({ title: "T", id: "urn:uuid:2", link, description: "d", date: new Date(0) });
    for (const form of ["rss2", "atom1"]) {
      const text = feed[form]();
      console.log(`${name} ${form}(), ${link}: ${execFileSync("python3", ["-c", python, text], { encoding: "utf8" }).trim()}`);
    }
  }
}
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
rss2 rss2(), https://example.org/?a=1: well-formed
rss2 atom1(), https://example.org/?a=1: well-formed
rss2 rss2(), https://example.org/?a=1&b=2: well-formed
rss2 atom1(), https://example.org/?a=1&b=2: not well-formed (invalid token)
feed rss2(), https://example.org/?a=1: well-formed
feed atom1(), https://example.org/?a=1: well-formed
feed rss2(), https://example.org/?a=1&b=2: well-formed
feed atom1(), https://example.org/?a=1&b=2: well-formed
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

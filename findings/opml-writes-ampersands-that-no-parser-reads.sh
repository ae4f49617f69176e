#!/bin/bash
# opml: a list whose title has an "&" is written as XML that no parser reads, and every list says that it is ISO 8859-1.
#
# Versions: opml 0.5.8 (npm), Node.js, and Python 3.11's parser to compare with.
# Expected: XML 1.0, section 2.4: "&" and "<" in text must be written &amp; and &lt;. Section 4.3.3: the declaration has to name the encoding in which
#   the document is; fs.writeFile() writes a text in UTF-8. Its own words: "code that reads and writes OPML files".
# Seen: parse() of a list called "Tom &amp; Jo" and stringify() of what it returned gives <title>Tom & Jo</title>: Python says "not well-formed
#   (invalid token)". In the attributes of the outlines "&" is escaped. For a title "Café" the file says encoding="ISO-8859-1" and is written in
#   UTF-8; a parser that follows the declaration reads "CafÃ©".
# Why it matters: a list of subscriptions is read, changed and written, and is lost for all readers, or has two letters for each accent, and four
#   after the next time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts opml@0.5.8 >npm.log 2>&1

cat > find.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const opml = require("opml");

const parse = (text) => new Promise((resolve) => opml.parse(text, (error, outline) => resolve(error ? `error: ${error.message}` : outline)));
const python = `import sys, xml.etree.ElementTree as tree
try:
    print(tree.parse("list.opml").find("head/title").text)
except tree.ParseError as error:
    print("error:", str(error).split(":")[0])`;
(async () => {
  for (const title of ["Plain", "Tom &amp; Jo", "Café"]) {
    const outline = await parse(`<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>${title}</title></head><body><outline text="a &amp; b"/></body></opml>`);
    const text = opml.stringify(outline);
    fs.writeFileSync("list.opml", text);
    const read = execFileSync("python3", ["-c", python], { encoding: "utf8", env: { ...process.env, PYTHONIOENCODING: "utf-8" } }).trim();
    console.log(`${outline.opml.head.title}: ${text.split("\n")[0]} ${text.match(/<title>.*/)[0]} ${text.match(/text="[^"]*"/)[0]}; Python: ${read}`);
  }
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
Plain: <?xml version="1.0" encoding="ISO-8859-1"?> <title>Plain</title> text="a &amp; b"; Python: Plain
Tom & Jo: <?xml version="1.0" encoding="ISO-8859-1"?> <title>Tom & Jo</title> text="a &amp; b"; Python: error: not well-formed (invalid token)
Café: <?xml version="1.0" encoding="ISO-8859-1"?> <title>Café</title> text="a &amp; b"; Python: CafÃ©
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

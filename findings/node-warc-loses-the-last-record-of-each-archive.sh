#!/bin/bash
# node-warc: the last record of an archive ends in an error, contents get a line break more, and a page with a line "WARC/1.0" becomes two.
#
# Versions: node-warc 3.3.1, warc 1.0.1 to compare with (npm), Node.js 20.
# Expected: ISO 28500 (WARC 1.0), section 4: a record's block has as many octets as its Content-Length says, whatever they are; the two line
#   breaks behind it do not belong to it. RFC 9110, section 5.3: Set-Cookie may stand more than once. Its documentation: "Parse Web Archive
#   (WARC) files", by recordIterator() or AutoWARCParser.
# Seen: recordIterator() raises "Callback called multiple times" instead of the last record, of one as of two.
#   AutoWARCParser hands it out before the same error, and reads "hello\n" as "hello\n\r\n". Of the response, whose page shows what such
#   a file looks like, the content ends before the word, and a further record follows. Of two cookies one is kept. warc has all.
# Why it matters: whoever goes through an archive by the documented loop misses a page in each; checksums of resources are wrong.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts node-warc@3.3.1 warc@1.0.1 >npm.log 2>&1

cat > find.cjs <<'JS'
const { createReadStream, writeFileSync } = require("node:fs");
const { once } = require("node:events");
const { AutoWARCParser, recordIterator } = require("node-warc");
const Warc = require("warc");

const record = (type, fields, block) =>
  `WARC/1.0\r\nWARC-Type: ${type}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000${type.length % 10}>\r\n` +
  `WARC-Date: 2026-11-30T08:00:00Z\r\n${fields}Content-Length: ${block.length}\r\n\r\n${block}\r\n\r\n`;
const page = "A record begins so:\r\nWARC/1.0\r\nWARC-Type: response\r\n";
const response = record("response", "WARC-Target-URI: https://example.org/\r\nContent-Type: application/http; msgtype=response\r\n",
  `HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
const resource = record("resource", "WARC-Target-URI: https://example.org/a.txt\r\nContent-Type: text/plain\r\n", "hello\n");
const show = (who, type, content, more = "") => console.log(`${who}: ${type}, ${JSON.stringify(String(content))}${more}`);

const read = async (what, archive) => {
  console.log(`${what}:`);
  writeFileSync("a.warc", archive);
  try {
    for await (const { warcHeader, content } of recordIterator(createReadStream("a.warc"))) {
      show("  recordIterator", warcHeader["WARC-Type"], content);
    }
  } catch (error) {
    console.log(`  recordIterator: ${error.message}`);
  }
  const parser = new AutoWARCParser("a.warc");
  parser.on("record", ({ warcHeader, httpInfo, content }) =>
    show("  AutoWARCParser", warcHeader["WARC-Type"], content, httpInfo?.headers ? `, cookie ${httpInfo.headers["Set-Cookie"]}` : ""));
  const failed = once(parser, "no such event").catch((error) => console.log(`  AutoWARCParser: ${error.message}`));
  parser.start();
  await failed;
  const other = new Warc();
  other.on("data", ({ headers, content }) => show("  warc", headers["WARC-Type"], content.toString().split("\r\n\r\n").pop()));
  other.end(Buffer.from(archive));
  await once(other, "end");
};
(async () => {
  await read("resource", resource);
  await read("response and resource", response + resource);
})();
JS
timeout 60 node find.cjs | tee seen
cat > expected <<'TEXT'
resource:
  recordIterator: Callback called multiple times
  AutoWARCParser: resource, "hello\n\r\n"
  AutoWARCParser: Callback called multiple times
  warc: resource, "hello\n"
response and resource:
  recordIterator: response, "A record begins so:\r\n"
  recordIterator: response, ""
  recordIterator: Callback called multiple times
  AutoWARCParser: response, "A record begins so:\r\n", cookie b=2
  AutoWARCParser: response, ""
  AutoWARCParser: resource, "hello\n\r\n"
  AutoWARCParser: Callback called multiple times
  warc: response, "A record begins so:\r\nWARC/1.0\r\nWARC-Type: response\r\n"
  warc: resource, "hello\n"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

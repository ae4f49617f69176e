#!/bin/bash
# imap-handler: "say \"hi\"" is read as say \hi\, so that no password with a quotation mark is ever right; {5+} and lists in brackets are
# refused.
#
# Versions: imap-handler 0.1.12, emailjs-imap-handler 3.0.6 to compare with (npm), Node.js.
# Expected: RFC 9051, section 9: quoted = DQUOTE *QUOTED-CHAR DQUOTE, where a quotation mark and a backslash have a backslash in front that
#   is not part of the text. A literal may be {5+} (RFC 7888 for IMAP4rev1). A response code in brackets may have a list in it.
# Seen: the quotation marks are taken out, and the backslashes stay. APPEND with {5+}, and OK [PERMANENTFLAGS (\Seen \*)] end with
#   "Unexpected char", and compiler() writes [UIDVALIDITY "1]" for [UIDVALIDITY 1].
# Why it matters: it is made "for building test IMAP servers". A client that quotes as the RFC says cannot log in or open a folder there,
#   and who tests it looks for the fault in the client.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts imap-handler@0.1.12 emailjs-imap-handler@3.0.6 >npm.log 2>&1

cat > find.js <<'JS'
const { parser: right } = require("emailjs-imap-handler");
const { compiler, parser } = require("imap-handler");

function show(read) {
  try {
    const { attributes } = read();
    return JSON.stringify(attributes.map((each) => (Array.isArray(each) ? each.map(({ value }) => value) : each.value)));
  } catch (error) {
    return error.message;
  }
}
for (const line of ['A1 LOGIN jo "say \\"hi\\""', 'A1 LOGIN jo "a\\\\b"', "A1 APPEND x {5+}\r\nhello"]) {
  console.log(line.replace("\r\n", "<CRLF>"));
  console.log("  emailjs-imap-handler:", show(() => right(Buffer.from(line))));
  console.log("  imap-handler:        ", show(() => parser(line)));
}
const options = { allowUntagged: true };
for (const line of ["* OK [PERMANENTFLAGS (\\Seen \\*)] Limited", "* OK [UIDVALIDITY 1] UIDs valid"]) {
  let seen;
  try {
    seen = compiler(parser(line, options));
  } catch (error) {
    seen = error.message;
  }
  console.log(`${line}\n  imap-handler, written again: ${seen}`);
}
JS
timeout 60 node --no-deprecation find.js | tee seen
cat > expected <<'TEXT'
A1 LOGIN jo "say \"hi\""
  emailjs-imap-handler: ["jo","say \"hi\""]
  imap-handler:         ["jo","say \\hi\\"]
A1 LOGIN jo "a\\b"
  emailjs-imap-handler: ["jo","a\\b"]
  imap-handler:         ["jo","a\\b"]
A1 APPEND x {5+}<CRLF>hello
  emailjs-imap-handler: ["x","hello"]
  imap-handler:         Unexpected char at position 14
* OK [PERMANENTFLAGS (\Seen \*)] Limited
  imap-handler, written again: Unexpected char at position 29
* OK [UIDVALIDITY 1] UIDs valid
  imap-handler, written again: * OK [UIDVALIDITY "1]" UIDs valid
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# emailjs-imap-handler: the mailbox ~/Mail/foo of RFC 3501's example is /Mail/foo, the mailbox "~" is none, and "+ " is an error.
#
# Versions: emailjs-imap-handler 3.0.6 (npm), Node.js.
# Expected: RFC 3501, section 9 (and RFC 9051): a "~" is a letter like others in atoms (ATOM-CHAR), and mailboxes may be atoms; section 6.3.8 has '* LIST
#   (\Noselect) "/" ~/Mail/foo'. Only directly before "{" it has another meaning, a literal with NUL (RFC 3516, literal8). "continue-req" is "+", a space
#   and text or base64, which may be empty: "+ " is what servers send after AUTHENTICATE PLAIN (RFC 4616, with an empty challenge).
# Seen: a tilde at the start of an atom is skipped, whatever follows: ~/Mail/foo becomes /Mail/foo, and "~" disappears, so that a LIST has two attributes
#   instead of three. In quotes or after the first letter it stays. "+ " raises "Unexpected end of input at position 2".
# Why it matters: servers that show home directories list such names, and the client then opens a mailbox that does not exist or another, since "/Mail/foo"
#   may exist as well. Nothing tells both apart in what the parser gives.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts emailjs-imap-handler@3.0.6 >npm.log 2>&1

cat > find.js <<'JS'
const { parser } = require("emailjs-imap-handler");

function mailbox(line) {
  try {
    return parser(Uint8Array.from(Buffer.from(line))).attributes?.[2]?.value ?? null;
  } catch (error) {
    return error.message;
  }
}

const expected = {
  '* LIST () "/" "~/Mail/foo"': "~/Mail/foo",
  '* LIST () "/" a~b': "a~b",
  '* LIST (\\Noselect) "/" ~/Mail/foo': "/Mail/foo",
  '* LIST () "/" ~': null,
  "+ ": "Unexpected end of input at position 2",
};
let same = true;
for (const [line, result] of Object.entries(expected)) {
  const seen = mailbox(line);
  console.log(`${line}: ${seen}`);
  same &&= seen === result;
}
process.exit(same ? 0 : 1);
JS
node find.js || { echo "CHANGED: see above"; exit 1; }

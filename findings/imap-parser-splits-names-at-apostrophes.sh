#!/bin/bash
# imap-parser: an apostrophe begins a quotation, so that O'Brien is two arguments, and the command behind 'tis is swallowed.
#
# Versions: imap-parser 0.0.3 (npm), Node.js.
# Expected: RFC 3501 (and RFC 9051), section 9: quoted strings are in double quotes; an apostrophe is an ATOM-CHAR like letters, so O'Brien is an atom, for
#   example a mailbox, a user or a password; clients send such names as atoms.
# Seen: "A1 SELECT O'Brien" has the arguments "O" and "Brien"; "A1 LOGIN bob it's-me" has three, "bob", "it" and "s-me". After an apostrophe at the start
#   of a word all that follows is one argument, blanks included: "A1 COPY 1 'tis" is right by chance, "A1 RENAME 'tis new" has one argument, "tis new". In
#   double quotes all are right.
# Why it matters: test servers made with this open another mailbox than the client asked for, or refuse a password that is right, for which people look in
#   the client.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts imap-parser@0.0.3 >npm.log 2>&1

cat > find.js <<'JS'
const IMAPLineParser = require("imap-parser");

function parse(line) {
  return new Promise((resolve) => {
    const parser = new IMAPLineParser();
    parser.on("data", (data) => resolve(data));
    parser.write(`${line}\r\n`);
  });
}

(async () => {
  const expected = {
    'A1 SELECT "O\'Brien"': ["O'Brien"],
    "A1 SELECT O'Brien": ["O", "Brien"],
    "A1 LOGIN bob it's-me": ["bob", "it", "s-me"],
    "A1 RENAME 'tis new": ["tis new"],
  };
  let same = true;
  for (const [line, right] of Object.entries(expected)) {
    const seen = (await parse(line)).slice(2);
    console.log(`${line}: ${JSON.stringify(seen)}`);
    same &&= JSON.stringify(seen) === JSON.stringify(right);
  }
  process.exit(same ? 0 : 1);
})();
JS
timeout 30 node find.js || { echo "CHANGED: see above"; exit 1; }

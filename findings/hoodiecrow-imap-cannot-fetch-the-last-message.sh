#!/bin/bash
# hoodiecrow-imap: "FETCH *" is a syntax error, a search in parentheses as well, all was sent in 2001, and a semicolon splits file names.
#
# Versions: hoodiecrow-imap 2.1.0 (npm), Node.js; Python 3.11 with imaplib as client.
# Expected: RFC 3501, section 9: seq-number = nz-number / "*", the largest in use; search-key includes "(" search-key *(SP search-key) ")";
#   section 6.4.4: SENTON finds messages whose Date field, "disregarding time and timezone", is within the date; section 7.4.2:
#   BODYSTRUCTURE lists parameters and values.
# Seen: FETCH * (UID) is answered "BAD Error parsing command", though SEARCH * finds message 2. SEARCH (SEEN) is "BAD Invalid search
#   criteria argument #1", SEARCH SEEN finds message 1. With "Date: Mon, 04 Mar 2024 05:06:07 +0000" SENTON 4-Mar-2024 does not find it, and
#   SENTBEFORE 1-Jan-2002 does: the year is cut off. The file name "x;y.pdf" is ("NAME" "x" "Y.PDF\"" ""), two parameters.
# Why it matters: clients ask for "*" to learn the newest UID, and put parentheses around each criterion; tests of right clients fail
#   against this server.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts hoodiecrow-imap@2.1.0 >npm.log 2>&1

cat > serve.js <<'JS'
const hoodiecrow = require("hoodiecrow-imap");

const first = [
  "From: jo@example.org", "Subject: one", "Date: Mon, 04 Mar 2024 05:06:07 +0000", "MIME-Version: 1.0",
  'Content-Type: application/pdf; name="x;y.pdf"', "Content-Transfer-Encoding: base64", "", "AAAA", "",
].join("\r\n");
const messages = [{ raw: first, flags: ["\\Seen"] }, { raw: "Subject: two\r\n\r\nx\r\n" }];
const server = hoodiecrow({ storage: { INBOX: { messages } } });
server.listen(0, () => console.log(server.server.address().port));
JS
cat > find.py <<'PY'
import imaplib
import subprocess
import sys


def attempt(run):
    try:
        return run()[1][0]
    except imaplib.IMAP4.error as error:
        return f"error: {error}"


server = subprocess.Popen(["node", "serve.js"], stdout=subprocess.PIPE, text=True)
try:
    client = imaplib.IMAP4("127.0.0.1", int(server.stdout.readline()), timeout=20)
    client.login("testuser", "testpass")
    client.select()
    seen = {
        "FETCH 2": attempt(lambda: client.fetch("2", "(UID)")),
        "FETCH *": attempt(lambda: client.fetch("*", "(UID)")),
        "SEARCH *": attempt(lambda: client.search(None, "*")),
        "SEARCH SEEN": attempt(lambda: client.search(None, "SEEN")),
        "SEARCH (SEEN)": attempt(lambda: client.search(None, "(SEEN)")),
        "SENTBEFORE": attempt(lambda: client.search(None, "SENTBEFORE 1-Jan-2002")),
        "SENTON": attempt(lambda: client.search(None, "SENTON 4-Mar-2024")),
        "BODYSTRUCTURE": attempt(lambda: client.fetch("1", "(BODYSTRUCTURE)")),
    }
    client.logout()
finally:
    server.kill()
    server.wait()
for what, answer in seen.items():
    print(f"{what}: {answer}")
same = seen["FETCH 2"] == b"2 (UID 2)" and "BAD [b'Error parsing command']" in seen["FETCH *"] and seen["SEARCH *"] == b"2"
same = same and seen["SEARCH SEEN"] == b"1" and "Invalid search criteria" in seen["SEARCH (SEEN)"]
same = same and seen["SENTBEFORE"] == b"1" and seen["SENTON"] is None
sys.exit(not same or b'("NAME" "x" "Y.PDF\\"" "")' not in seen["BODYSTRUCTURE"])
PY
TZ=UTC timeout 60 python3 find.py || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# eml-parse-js: the last attachment gets what follows the message's parts; and names of files lose their end.
#
# Versions: eml-parse-js 1.1.15 (npm), Node.js; Python 3.11 with its email package.
# Expected: RFC 2046, section 5.1.1: what follows the closing boundary is the epilogue, which is to be ignored. RFC 2231, section 3:
#   name*0*, name*1*, name*2 are the pieces of one name, encoded or not. RFC 5322, section 3.2.4: in a quoted string a backslash quotes the
#   next character; section 3.4: a group has members.
# Seen: the last attachment, "attached text", has "\r\nepilogue" at its end. Of name*0*/1*/2 the third piece is missing: "Rechnüng" instead
#   of "Rechnüng.pdf". The name "a\"b;c.txt" is 'a\\"b'. A group in "To" is a recipient with the group's name and without an address.
# Why it matters: mailing lists and virus scanners write a line behind the last boundary, which ends up in the file; files without their
#   ".pdf" do not open.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts eml-parse-js@1.1.15 >npm.log 2>&1

cat > find.js <<'JS'
const fs = require("fs");
const { readEml } = require("eml-parse-js");

readEml(fs.readFileSync("message.eml", "utf8"), (error, message) => {
  if (error) throw error;
  const files = message.attachments.map(({ name, data }) => [name, typeof data === "string" ? data : Buffer.from(data).toString("latin1")]);
  console.log(JSON.stringify({ to: message.to, files }));
});
JS
cat > find.py <<'PY'
import email
import email.policy
import json
import subprocess
import sys

PART = """--b
Content-Type: application/octet-stream;
 name*0*=utf-8''Rech;
 name*1*=n%C3%BCng;
 name*2=".pdf"
Content-Transfer-Encoding: base64
Content-Disposition: attachment

AQID
"""
TEXT = """From: Jo <jo@example.org>
To: Team: a@example.org, b@example.org;
Subject: files
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

see below
""" + PART + """--b
Content-Type: text/plain
Content-Disposition: attachment; filename="a\\"b;c.txt"

attached text
--b--
epilogue
"""
with open("message.eml", "w", newline="\r\n") as file:
    file.write(TEXT)
with open("message.eml", "rb") as file:
    message = email.message_from_binary_file(file, policy=email.policy.default)
right = []
for part in message.iter_attachments():
    content = part.get_content()
    right.append([part.get_filename(), content.decode("latin-1") if isinstance(content, bytes) else content])
seen = json.loads(subprocess.run(["node", "find.js"], capture_output=True, text=True, check=True, timeout=30).stdout)
for mine, other in zip(seen["files"], right, strict=True):
    print(f"eml-parse-js: {mine}; Python: {other}")
print(f"To: {seen['to']}; Python: {[address.addr_spec for address in message['to'].addresses]}")
expected = [
    ["Rechnüng", "AQID"],  # In base64, as documented.
    ['a\\"b', "attached text\r\nepilogue\r\n"],
]
assert right == [["Rechnüng.pdf", "\1\2\3"], ['a"b;c.txt', "attached text"]]
sys.exit(seen["files"] != expected or "a@example.org" in json.dumps(seen["to"]))
PY
PYTHONIOENCODING=utf-8 python3 find.py || { echo "CHANGED: see above"; exit 1; }

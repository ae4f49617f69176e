#!/bin/bash
# eml-format: of a subject in two encoded words the first is left, with underscores for blanks, and a file name in several parts is null.
#
# Versions: eml-format 0.6.1, postal-mime 4.0.0 for comparison (npm), Node.js; Python 3.11's email to write the mail.
# Expected: RFC 2047, section 2: an encoded word has 75 octets at most, so longer texts are several. Section 4.2: in the Q encoding "_" is a blank.
#   RFC 2231, section 3: long parameters come as filename*0*, filename*1* and so on.
# Seen: Python writes a subject of 67 letters with umlauts as two encoded words, on two lines. eml-format has the first of them, as
#   "Prüfung_der_Zertifikate_für_...", and of a sender "Jörg M." in two words "Jörg". A file name in parts is null. postal-mime reads all of it.
# Why it matters: whoever shows or stores mails from IMAP or from archives with it loses the end of all long subjects in languages other than English.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts eml-format@0.6.1 postal-mime@4.0.0 >npm.log 2>&1

cat > write.py <<'PY'
import email.message
import email.policy
import pathlib

message = email.message.EmailMessage(email.policy.SMTP)
message["Subject"] = "Prüfung der Zertifikate für die Server in München und Zürich fällig"
message["To"] = "b@example.net"
message.set_content("Hello")
message.add_attachment(b"data", "application", "octet-stream", filename="Übersicht " + 4 * "über die " + "Server.txt")
text = message.as_bytes()
text = b"From: =?utf-8?B?SsO2cmc=?= =?utf-8?B?IE0u?= <a@example.com>\r\n" + text
print("words in the subject:", text.split(b"To:")[0].count(b"=?", text.index(b"Subject")), "; parts of the name:", text.count(b"filename*"))
pathlib.Path("mail.eml").write_bytes(text)
PY
cat > find.js <<'JS'
const fs = require("fs");
const emlFormat = require("eml-format");
const PostalMime = require("postal-mime");

const text = fs.readFileSync("mail.eml", "latin1");
(async () => {
  const right = await (PostalMime.default ?? PostalMime).parse(text);
  console.log("right:", JSON.stringify([right.subject, right.from.name, right.attachments[0].filename]));
  emlFormat.read(text, (_, mail) => console.log("eml-format:", JSON.stringify([mail.subject, mail.from.name, mail.attachments[0].name])));
})();
JS
python3 write.py | tee seen
timeout 60 node find.js | tee -a seen
cat > expected <<'TEXT'
words in the subject: 2 ; parts of the name: 2
right: ["Prüfung der Zertifikate für die Server in München und Zürich fällig","Jörg M.","Übersicht über die über die über die über die Server.txt"]
eml-format: ["Prüfung_der_Zertifikate_für_die_Server_in_M","Jörg",null]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# altermime: the disclaimer "https://example.com/legal?id=42", added to a mail in quoted-printable, is read as "https://example.com/legal?idB".
#
# Versions: alterMIME 0.3.11 (Debian 12: altermime 0.3.10-12), Python 3.11's email as the reader. Wants `apt-get update` beforehand.
# Expected: RFC 2045, section 6.7: in quoted-printable "=" and two hexadecimal digits are an octet, so that "=" itself is "=3D", and octets beyond 126
#   are written so as well; lines have 76 letters at most. Its manual page: the program is there "to facilitate the modification of MIME encoded
#   email packs when such things as disclaimer additions" are required. It has options for base64, and none for quoted-printable.
# Seen: the disclaimer's file is put behind the text as it is, whatever the encoding that the mail has: "=42" is then the letter B, "=ca" an octet that is no
#   UTF-8, umlauts stand in eight bits, and a line that ends with "=" goes on with the next. To a mail in eight bits or in seven the same file is right.
# Why it matters: most mails with umlauts are in quoted-printable, and each link with a parameter in a disclaimer leads somewhere else in these,
#   while it works in the test with an English mail.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download altermime=0.3.10-12 2>apt.log || { cat apt.log; exit 2; }
dpkg -x altermime_*.deb .

cat > find.py <<'PY'
import email
import email.policy
import subprocess

DISCLAIMER = "Legal: https://example.com/legal?id=42\nOffice: https://example.com/map?city=cairo\nRegister: HRB=\n12345\n"
with open("disclaimer.txt", "w") as file:
    file.write(DISCLAIMER)
for encoding in ("7bit", "quoted-printable"):
    text = "Hello" if encoding == "7bit" else "Gr\u00fc\u00dfe"
    mail = email.message.EmailMessage(policy=email.policy.default)
    mail["From"], mail["To"], mail["Subject"] = "jo@example.org", "ann@example.com", "Hello"
    mail.set_content(text + "\n", cte=encoding)
    with open("mail.eml", "wb") as file:
        file.write(mail.as_bytes())
    subprocess.run(["usr/bin/altermime", "--input=mail.eml", "--disclaimer=disclaimer.txt"], timeout=10, check=True)
    with open("mail.eml", "rb") as file:
        read = email.message_from_binary_file(file, policy=email.policy.default)
    print(f"{encoding}:")
    for line in read.get_content().splitlines():
        print("   ", ascii(line))
mail.set_content("Gr\u00fc\u00dfe\n" + DISCLAIMER, cte="quoted-printable")
print("Python writes:", mail.get_payload().splitlines()[1])
PY
timeout 30 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
7bit:
    'Hello'
    'Legal: https://example.com/legal?id=42'
    'Office: https://example.com/map?city=cairo'
    'Register: HRB='
    '12345'
quoted-printable:
    'Gr\xfc\xdfe'
    'Legal: https://example.com/legal?idB'
    'Office: https://example.com/map?city\ufffdiro'
    'Register: HRB12345'
Python writes: Legal: https://example.com/legal?id=3D42
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# mblaze: "Müller, Ann" <ann@example.org> is sent with an opening quotation mark inside an encoded word and the closing one outside, and read as "Ann".
#
# Versions: mblaze 1.1 (Debian 12: mblaze 1.1-1), Python 3.11's email for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2047, section 5: an encoded word in a phrase stands for a word of it, and MUST NOT appear within a quoted string; in a phrase it has
#   no comma and no quotation mark. Section 6.2: header fields are parsed first and decoded then. RFC 5321, section 4.1.3: [IPv6:2001:db8::1] is a
#   domain. RFC 5322, section 4.3: EST is -0500. Section 3.2.4: \" in a quoted string is a quotation mark.
# Seen: mmime encodes the first word of "Müller, Ann" with its quotation mark and its comma, and leaves the other quotation mark, and without the
#   comma as well: email finds a local part and no address of Ann. maddr and mhdr decode first: =?UTF-8?Q?M=C3=BCller=2C_Ann?= is "Ann".
#   <jo@[IPv6:2001:db8::1]> becomes <1]>. A mail of 9:00 EST is of 9:00 UTC. mshow -x stores "my \"new\" file.txt" as my \.
# Why it matters: the name is one as address books have it. The recipients see M=C3=BCller,?= Ann or no Ann; a reply goes to an address that is
#   none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download mblaze=1.1-1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x mblaze*.deb .

cat > find.py <<'PY'
import email
import email.policy
import os
import subprocess
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": os.getcwd()}
Path(".mblaze").mkdir()


def run(*command, data=""):
    command = [f"{os.getcwd()}/usr/bin/{command[0]}", *command[1:]]
    return subprocess.run(command, env=ENVIRONMENT, input=data, stdout=subprocess.PIPE, text=True, timeout=20).stdout


for name in ("Müller Ann", "Müller, Ann"):
    draft = f'From: Jo <jo@example.org>\nTo: "{name}" <ann@example.org>, Bo <bo@example.org>\nSubject: Files\n\nText\n'
    text = run("mmime", data=draft)
    print("mmime:", next(line for line in text.splitlines() if line.startswith("To")))
    mail = email.message_from_string(text, policy=email.policy.default)
    print("    for email:", [(one.display_name, one.addr_spec) for one in mail["To"].addresses])
    right = EmailMessage()
    right["To"] = f'"{name}" <ann@example.org>, Bo <bo@example.org>'
    mail = email.message_from_bytes(bytes(right), policy=email.policy.default)
    print("    made by email:", [(one.display_name, one.addr_spec) for one in mail["To"].addresses])

for address in ("=?UTF-8?Q?M=C3=BCller_Ann?= <ann@example.org>", "=?UTF-8?Q?M=C3=BCller=2C_Ann?= <ann@example.org>", "Jo <jo@[IPv6:2001:db8::1]>"):
    Path("mail").write_text(f"To: {address}\n\nText\n")
    right = email.message_from_string(f"To: {address}\n\n", policy=email.policy.default)["To"].addresses
    print(f"{address}: email {[(one.display_name, one.addr_spec) for one in right]}, maddr {run('maddr', './mail').strip()}")

for zone in ("-0500", "EST"):
    date = f"Mon, 11 Jan 2027 09:00:00 {zone}"
    Path("mail").write_text(f"Date: {date}\n\nText\n")
    print(f"{date}: email {parsedate_to_datetime(date).timestamp():.0f}, mhdr {run('mhdr', '-D', '-h', 'date', './mail').strip()}")

Path("mail").write_text('Content-Type: text/plain\nContent-Disposition: attachment; filename="my \\"new\\" file.txt"\n\nText\n')
print(f"email {email.message_from_file(open('mail')).get_filename()}, mshow {run('mshow', '-t', './mail').splitlines()[-1].strip()}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
mmime: To: =?UTF-8?Q?"M=C3=BCller?= Ann" <ann@example.org>, Bo <bo@example.org>
    for email: [('', '"Müller Ann"'), ('Bo', 'bo@example.org')]
    made by email: [('Müller Ann', 'ann@example.org'), ('Bo', 'bo@example.org')]
mmime: To: =?UTF-8?Q?"M=C3=BCller,?= Ann" <ann@example.org>, Bo <bo@example.org>
    for email: [('', '"Müller, Ann"'), ('Bo', 'bo@example.org')]
    made by email: [('Müller, Ann', 'ann@example.org'), ('Bo', 'bo@example.org')]
=?UTF-8?Q?M=C3=BCller_Ann?= <ann@example.org>: email [('Müller Ann', 'ann@example.org')], maddr Müller Ann <ann@example.org>
=?UTF-8?Q?M=C3=BCller=2C_Ann?= <ann@example.org>: email [('Müller, Ann', 'ann@example.org')], maddr Ann <ann@example.org>
Jo <jo@[IPv6:2001:db8::1]>: email [('Jo', 'jo@[IPv6:2001:db8::1]')], maddr Jo <1]>
Mon, 11 Jan 2027 09:00:00 -0500: email 1799676000, mhdr 1799676000
Mon, 11 Jan 2027 09:00:00 EST: email 1799676000, mhdr 1799658000
email my "new" file.txt, mshow 1: text/plain size=5 name="my \"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

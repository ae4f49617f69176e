#!/bin/bash
# ldif2json: of what is folded the first line is left, in certificates as in names, and a value with ": " or ":: " in its second line becomes an attribute.
#
# Versions: ldif2json 1.0.8 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate; LDIF of the script's.
# Expected: RFC 2849: "Any non-empty line, including comment lines, in an LDIF file MAY be folded" by a line break and a space (note 2), and what is behind
#   the colon may have no space in front: value-spec = ":" ( FILL 0*1(SAFE-STRING) / ":" FILL (BASE64-STRING) ), FILL = *SPACE. The package's README
#   has "ldapsearch ... | ldif2json" as an example. ldapsearch(1) has ldif_wrap=<width>, "in columns, or "no" for no wrapping".
# Seen: of a certificate of some 500 characters in base64 the 51 of its first line are left, and of a dn in two lines the first, so that with --nest the
#   entry is nobody's child. A second line "see: below" gives the entry an attribute "see". "mail:a@example.com" is lost, and of "description: a :: b"
#   the name is "description: a ", and the value, marked as base64, ":: b". There is no error, and the exit code is 0.
# Why it matters: whoever exports a directory, or its certificates, gets JSON that looks whole. Give ldapsearch -o ldif_wrap=no.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ldif2json==1.0.8
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=example -keyout key.pem -outform DER -out cert.der 2>openssl.log

cat > find.py <<'PY'
import base64
import json
import pathlib
import subprocess
import sys

CERTIFICATE = base64.b64encode(pathlib.Path("cert.der").read_bytes()).decode()
LONG = "cn=a name of some length,ou=a department of some length,ou=people,dc=example,dc=com"


def fold(line, width=76):
    pieces = [line[:width]]
    pieces += [line[start : start + width - 1] for start in range(width, len(line), width - 1)]
    return "\n ".join(pieces) + "\n"


def convert(text, *options):
    done = subprocess.run(["venv/bin/ldif2json", *options], input=text, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done
    return json.loads(done.stdout)


entry = "dn: cn=a,dc=example,dc=com\ncn: a\n"
# The attribute's name and the two colons take some of the first line.
attribute = "userCertificate;binary"
whole = convert(entry + f"{attribute}:: {CERTIFICATE}\n")[0][attribute]
folded = convert(entry + fold(f"{attribute}:: {CERTIFICATE}"))[0][attribute]
print(f"a certificate of {len(CERTIFICATE)} characters: {len(whole) - 3} in one line, {len(folded) - 3} if it is folded")
parent = "dn: ou=a department of some length,ou=people,dc=example,dc=com\nou: a department of some length\n\n"
nested = [convert(parent + text + "cn: x\n", "--nest") for text in (f"dn: {LONG}\n", fold(f"dn: {LONG}"))]
print(f"roots with --nest: {len(nested[0])} if the dn is in one line, {len(nested[1])} if it is folded: {nested[1][-1]['dn']}")
second = convert(entry + "description: for more of it\n  see: below\n")[0]
tight = convert(entry + "mail:a@example.com\n")[0]
colons = convert(entry + "description: a :: b\n")[0]
for found in (second, tight, colons):
    print(found)
common = {"dn": "cn=a,dc=example,dc=com", "cn": "a"}
right = whole == f":: {CERTIFICATE}" and folded == f":: {CERTIFICATE}"[: 76 - len(attribute)].rstrip() and len(CERTIFICATE) > 400
right &= len(nested[0]) == 1 and len(nested[1]) == 2 and nested[1][-1]["dn"] == f"dn: {LONG}"[:76].removeprefix("dn: ")
right &= second == {**common, "description": "for more of it", "see": "below"} and tight == common
sys.exit(not (right and colons == {**common, "description: a ": ":: b"}))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

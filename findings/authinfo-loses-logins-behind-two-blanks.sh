#!/bin/bash
# authinfo: an entry whose words are aligned with two blanks has no host, no login and no password.
#
# Versions: authinfo 0.0.4 (PyPI), Python 3.11 (its netrc module to compare with).
# Expected: the format of ~/.authinfo is that of ~/.netrc (GNU Emacs manual, "auth-source"; GNU inetutils, ".netrc"): the tokens "may be separated by
#   spaces, tabs, or new-lines". parse() says that it returns the entries.
# Seen: "machine  mail.example.org  login  jo  password  secret" comes as {'machine': None, 'mail.example.org': None, 'login': None, 'jo': None,
#   'password': None}; with single blanks it is right. get_entry(machine="other.example.net"), which skips nothing that is None, then returns that
#   entry for any host.
# Why it matters: people align the columns of this file, with blanks or tabs; a mail client gets None for each of them, and no error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check authinfo==0.0.4

cat > find.py <<'PY'
import logging
import netrc
import sys

import authinfo

logging.disable(logging.CRITICAL)
single = "machine mail.example.org login jo password secret\n"
double = single.replace(" ", "  ")
seen = []
for text in (single, double):
    with open("file", "w") as file:
        file.write(text)
    login, _, password = netrc.netrc("file").authenticators("mail.example.org")
    seen.append(authinfo.parse(text))
    print(f"{text.strip()}\n    netrc: {login} {password}; authinfo: {seen[-1]}")
other = authinfo.get_entry(["file"], machine="other.example.net")
print("for another host:", other)
right = {"machine": "mail.example.org", "login": "jo", "password": "secret"}
wrong = dict.fromkeys(["machine", "mail.example.org", "login", "jo", "password"])
sys.exit(seen != [[right], [wrong]] or other != wrong or (login, password) != ("jo", "secret"))
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

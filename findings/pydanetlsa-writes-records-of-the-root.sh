#!/bin/bash
# pyDANETLSA: the record for a domain's own name is one of the root's, an FTP server's port is not used, and the time left is wrong.
#
# Versions: pyDANETLSA 1.0.11, pyOpenSSL 26.4.0 (PyPI), Python 3.11, OpenSSL 3.0, dnspython 2.9.2 to read the records.
# Expected: RFC 6698, section 3: the record of port 443 of example.org is at _443._tcp.example.org. RFC 1035, section 5.1: a name in a zone file that
#   does not end in a dot is relative to the origin, and one that does is complete. Its documentation: the port is that of the service, and in the
#   class FTP is among the protocols.
# Seen: for "www.example.org" tlsa_rr() is of "_443._tcp.www", relative to example.org. For "example.org" it is of "_443._tcp.", with a dot at its
#   end: in the zone of example.org that is a name of the root, outside of the zone. tlsa_rr_fqdn() is right. With FTP it connects to port 21,
#   whatever the port. The time that is left is longer or shorter by the hours of the time zone.
# Why it matters: such a record is refused or left out when the zone is loaded, so the domain's own name has none, and with an FTP server on another
#   port one publishes the key of somebody else's, or nothing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pyDANETLSA==1.0.11 pyopenssl==26.4.0 cryptography==50.0.2 dnspython==2.9.2 requests==2.34.2
openssl req -x509 -newkey ed25519 -nodes -days 30 -subj /CN=localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import ftplib
import os
import sys
import time
import warnings
from unittest import mock

import dns.name
import dns.zone

warnings.simplefilter("ignore")
from pyDANETLSA import DANETLSA, DANETLSAprotocols  # noqa: E402

PEM = DANETLSAprotocols.DANETLSA_PEM


def read(file, name="example.org"):
    about = DANETLSA(fqdn=name, port=443, app_protocol=PEM, certfile=file)
    about.connect()
    return about


seen = {}
for name in "www.example.org", "example.org":
    record = read("cert.pem", name).tlsa_rr()
    owner = record.split()[0]
    full = dns.name.from_text(owner, dns.name.from_text("example.org."))
    seen[name] = owner, full.to_text(), full.is_subdomain(dns.name.from_text("example.org."))
    print(f"{name}: {record}, which is {full}")
lefts = []
for zone in "UTC", "TEST-12":
    os.environ["TZ"] = zone
    time.tzset()
    lefts.append(read("cert.pem").time_left_on_certificate())
print("time left:", *lefts, sep=" / ")
seen["hours less"] = round((lefts[0] - lefts[1]).total_seconds() / 3600)

# Where it connects to for an FTP server at port 2121.
with mock.patch("ftplib.socket.create_connection", side_effect=ConnectionRefusedError) as connect:
    try:
        DANETLSA(fqdn="localhost.example", port=2121, app_protocol=DANETLSAprotocols.DANETLSA_FTP).connect()
    except ConnectionRefusedError:
        seen["FTP"] = connect.call_args.args[0]
print("FTP at port 2121:", seen["FTP"])
expected = {
    "www.example.org": ("_443._tcp.www", "_443._tcp.www.example.org.", True),
    "example.org": ("_443._tcp.", "_443._tcp.", False),
    "hours less": 12,
    "FTP": ("localhost.example", 21),
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

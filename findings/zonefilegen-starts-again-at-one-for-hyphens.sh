#!/bin/bash
# zonefilegen: if the name of the first server or the mailbox has a hyphen, the serial number of the zone is set back to 1 at each change, and no
# other server takes the change.
#
# Versions: zonefilegen 0.2.0 and toml 0.10.2, with dnspython 2.9.2 to compare with (PyPI), Python 3.11.
# Expected: its documentation: "Zone serial numbers will automatically be incremented when the input file has changed". RFC 1035, section 2.3.1:
#   names have letters, digits and hyphens. RFC 1982 and RFC 1034, section 4.3.5: a secondary transfers a zone if the serial has grown.
# Seen: with the server ns1.example.org, three versions of the input have the serials 1, 2 and 3. With ns-1.example.org, or the mailbox
#   host-master.example.org, all three have 1, with the warning "Didn't find or recognize SOA record in existing zone file". An unchanged input sets
#   it back too, where somebody had corrected it by hand.
# Why it matters: the secondaries go on with the old addresses, old TLSA records and old challenges until the zone expires there. Choose names
#   without hyphens.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check zonefilegen==0.2.0 toml==0.10.2 dnspython==2.9.2

cat > find.py <<'PY'
import pathlib
import subprocess
import sys

import dns.zone

INPUT = """origin = "example.org."
default_ttl = 3600
networks = []

[soa]
mname = "{server}"
rname = "{mailbox}"
refresh = 3600
retry = 900
expire = 1209600
negative_caching_ttl = 300

[[rrset]]
name = "@"
type = "NS"
data = "{server}"

[[rrset]]
name = "www"
type = "A"
data = "192.0.2.{number}"
"""


def serials(server, mailbox):
    """The serial numbers of three versions of a zone, as dnspython reads them, and whether a warning was printed."""
    folder = pathlib.Path(f"{server}{mailbox}out")
    folder.mkdir()
    found, warned = [], False
    for number in (1, 2, 3):
        pathlib.Path("input.toml").write_text(INPUT.format(server=server, mailbox=mailbox, number=number))
        command = ["venv/bin/zonefilegen", "input.toml", str(folder)]
        result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=30, check=True)
        warned |= "Didn't find or recognize SOA record" in result.stderr
        zone = dns.zone.from_file(str(folder / "example.org.zone"), "example.org.", relativize=False)
        found.append(zone.find_rdataset("example.org.", "SOA")[0].serial)
        assert str(zone.find_rdataset("www.example.org.", "A")[0]) == f"192.0.2.{number}"
    return found, warned


seen = []
for names in [
    ("ns1.example.org.", "hostmaster.example.org."),
    ("ns-1.example.org.", "hostmaster.example.org."),
    ("ns1.example.org.", "host-master.example.org."),
]:
    seen.append(serials(*names))
    print(f"{names}: serials {seen[-1][0]}, warning {seen[-1][1]}")
sys.exit(seen != [([1, 2, 3], False), ([1, 1, 1], True), ([1, 1, 1], True)])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

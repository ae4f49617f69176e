#!/bin/bash
# bind2samba: a line that goes on with the name of the line before becomes a host with the name "IN". Mail servers of a subdomain become those of the
# domain, and a zone that begins with "@ IN SOA" or has a hyphen is empty.
#
# Versions: bind2samba 1.0.3, and dnspython 2.8.0 to read the same zones (PyPI), Python 3.11.
# Expected: RFC 1035, section 5.1: "If an entry for an RR begins with a blank, then the RR is assumed to be owned by the last stated owner", and "A free
#   standing @ is used to denote the current origin". An MX belongs to its owner. The package: "It can read the zone file and turn its contents into
#   invocations of samba-tool".
# Seen: "www IN A 192.0.2.1" and a next line "        IN      AAAA    2001:db8::1" give "samba-tool dns add ... IN AAAA 2001:db8::1". "sub IN MX 10
#   mx2.example.com." gives "add localhost example.com @ MX mx2.example.com 10". With "@ IN SOA", or the domain my-example.com, no command at all is
#   written, and the exit status is 0.
# Why it matters: after the move to Samba the mail of the whole domain goes to the server of a part, and www has no IPv6 address. Write each line with its
#   name in full, and MX by hand.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check bind2samba==1.0.3 dnspython==2.8.0

cat > find.py <<'PY'
import subprocess
import sys

import dns.zone

SOA = "{} IN SOA ns1.example.com. root.example.com. 1 3600 900 1209600 3600\n"
BODY = """{0} IN NS ns1.example.com.
www IN A 192.0.2.1
                IN      AAAA    2001:db8::1
sub IN MX 10 mx2.example.com.
"""


def run(start, origin):
    text = SOA.format(start) + BODY.format(start)
    open("zone", "w").write(f"$TTL 3600\n{text}")
    code = "import os; from bind2samba.bind2samba import *; print_commands(read_file(open('zone'), None, [], [], list(HANDLERS)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    zone = dns.zone.from_text(f"$TTL 3600\n{text}", origin=origin)
    owners = sorted(f"{name} {rdata.rdtype.name}" for name, _, rdata in zone.iterate_rdatas() if rdata.rdtype.name in ("AAAA", "MX"))
    lines = [line for line in result.stdout.splitlines() if "dns add" in line]
    print(f"zone of {start}: exit status {result.returncode}, {result.stderr.strip()[-200:]}")
    print("   ", "\n    ".join(lines) or "no command")
    print("    dnspython:", owners)
    return result.returncode, [line.split("localhost ")[1] for line in lines]


full, at, hyphen = run("example.com.", "example.com."), run("@", "example.com."), run("my-example.com.", "my-example.com.")
sys.exit(
    full[1] != ["example.com www A 192.0.2.1", "example.com IN AAAA 2001:db8::1", "example.com @ MX mx2.example.com 10"]
    or at != (0, [])
    or hyphen != (0, [])
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

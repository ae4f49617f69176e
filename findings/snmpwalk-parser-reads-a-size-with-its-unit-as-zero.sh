#!/bin/bash
# snmpwalk-parser: numbers that snmpwalk prints with a unit are read as 0, lines with Hex-STRING and the second lines of texts are
# dropped, and an address that is an index is cut.
#
# Versions: snmpwalk-parser 1.0.1 (PyPI), Python 3.11.
# Expected: its documentation: it parses the output of snmpwalk. RFC 2578, section 7.2: UNITS of an object are "a textual definition of
#   the units associated with that object"; Net-SNMP prints them behind the number. HOST-RESOURCES-MIB (RFC 2790): hrMemorySize has UNITS
#   "KBytes". RFC 1213: sysDescr is a DisplayString, which may have line breaks. RFC 4293 and RFC 1213: ipAdEntIfIndex is indexed by an
#   address, of four numbers. Net-SNMP prints octets that are no text as Hex-STRING.
# Seen: "hrMemorySize.0 = INTEGER: 16303384 KBytes" gives 0, "hrStorageAllocationUnits.1 = INTEGER: 4096 Bytes" too, without a warning. A
#   line "ifPhysAddress.2 = Hex-STRING: 00 1A 2B 3C 4D 5E" gives no entry. Of a sysDescr of two lines the second is gone. For
#   "ipAdEntIfIndex.192.0.2.1" the index is "1", and the table is called ipAdEntIfIndex.192.0.2.
# Why it matters: a report of the hosts says that they have no memory and no disk; and the addresses of network cards, which one walks the
#   tables for, are missing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check snmpwalk-parser==1.0.1

cat > walk.txt <<'TEXT'
SNMPv2-MIB::sysDescr.0 = STRING: Example Router
Technical support: example.org
HOST-RESOURCES-MIB::hrMemorySize.0 = INTEGER: 16303384 KBytes
HOST-RESOURCES-MIB::hrStorageAllocationUnits.1 = INTEGER: 4096 Bytes
HOST-RESOURCES-MIB::hrStorageSize.1 = INTEGER: 2500000
IF-MIB::ifPhysAddress.2 = Hex-STRING: 00 1A 2B 3C 4D 5E
IF-MIB::ifOperStatus.2 = INTEGER: up(1)
IP-MIB::ipAdEntIfIndex.192.0.2.1 = INTEGER: 2
TEXT
cat > find.py <<'PY'
import sys

from snmpwalk_parser.core import SNMPParser

seen = {}
for entry in SNMPParser().parse_file("walk.txt"):
    seen[entry.oid.partition("::")[2]] = (entry.value, entry.index)
    print(f"{entry.oid}: value {entry.value!r}, index {entry.index}")
missing = [line for line in open("walk.txt").read().splitlines() if line.split(" = ")[0].partition("::")[2] not in seen]
print("not there:", missing)
sys.exit(
    seen["hrMemorySize.0"][0] != 0
    or seen["hrStorageAllocationUnits.1"][0] != 0
    or seen["hrStorageSize.1"][0] != 2500000
    or seen["sysDescr.0"][0] != "Example Router"
    or seen["ipAdEntIfIndex.192.0.2.1"] != (2, "1")
    or len(missing) != 2
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

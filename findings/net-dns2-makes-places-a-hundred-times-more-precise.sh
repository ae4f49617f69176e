#!/bin/bash
# PHP's Net_DNS2: the precision of a LOC record is wrong by a factor of 100, 23 seconds are "22.1000", and esc\.dot is read back as two labels.
#
# Versions: Net_DNS2 1.5.0 (Debian 12: php-net-dns2 1.5.0-1, php8.2-cli 8.2.36-1~deb12u1), dnspython 2.8.0 (PyPI) for comparison. Wants `apt-get
#   update` beforehand.
# Expected: RFC 1876, section 2: SIZE and the two precisions are "expressed in centimeters, using a pair of four-bit unsigned integers", 10000m is
#   0x16; section 3: seconds are 0 to 59.999. RFC 3123, section 5: "1:192.168.32.0/21 !1:192.168.38.0/28" and "2:FF00:0:0:0:0:0:0:0/8" are APL data.
#   RFC 1035, section 5.1: "\." is a dot that belongs to the label. RFC 3597, section 5: TYPE65280 \# 4 0A000001 is any record.
# Seen: Net_DNS2_RR_LOC writes metres where centimetres belong, and reads centimetres as metres: 10000m of other software is 1000000m. Of 23 seconds
#   it makes 22.1000. APL with 192.0.2.0/24 is sent as 192.0.0.0/24, with an IPv6 address as a message that is none; unknown types are errors. The
#   owner esc\.dot.example.org is read as esc.dot.example.org.
# Why it matters: what the class sends in a dynamic update says something else than the program; names that were read lead elsewhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-net-dns2=1.5.0-1 php8.2-cli=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dnspython==2.8.0

cat > find.php <<'PHP'
<?php
require 'Net/DNS2.php';

[, $record, $wire] = $argv;
try {
    $request = new Net_DNS2_Packet_Request('example.org', 'A', 'IN');
    $request->answer[] = Net_DNS2_RR::fromString($record);
    $request->header->ancount = 1;
    echo bin2hex($request->get()), "\n";
} catch (Net_DNS2_Exception $error) {
    echo 'error: ', $error->getMessage(), "\n";
}
try {
    $response = new Net_DNS2_Packet_Response(hex2bin($wire), strlen($wire) / 2);
    echo preg_replace('/\s+/', ' ', trim($response->answer[0] ?? 'nothing')), "\n";
} catch (Throwable $error) {
    echo 'error: ', $error->getMessage(), "\n";
}
PHP
cat > find.py <<'PY'
import subprocess

import dns.exception
import dns.message
import dns.rrset

RECORDS = (
    ("host.example.org.", "MX", "10 mail.example.org."),
    ("host.example.org.", "LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m"),
    ("host.example.org.", "APL", "1:192.0.2.0/24"),
    ("host.example.org.", "APL", "2:2001:db8::/32"),
    ("host.example.org.", "TYPE65280", "\\# 4 0a000001"),
    ("esc\\.dot.example.org.", "A", "192.0.2.1"),
)
for owner, kind, data in RECORDS:
    record = f"{owner} 300 IN {kind} {data}"
    response = dns.message.make_response(dns.message.make_query("example.org", "A"))
    response.answer.append(dns.rrset.from_text(owner, 300, "IN", kind, data))
    command = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", "error_reporting=0", "find.php", record, response.to_wire().hex()]
    written, read = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=20).stdout.strip().split("\n")
    if not written.startswith("error"):
        try:
            written = dns.message.from_wire(bytes.fromhex(written)).answer[0].to_text()
        except dns.exception.FormError as error:
            written = f"error: {error}"
    print(f"{record}\n    written by Net_DNS2, read by dnspython: {written}\n    written by dnspython, read by Net_DNS2: {read}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
host.example.org. 300 IN MX 10 mail.example.org.
    written by Net_DNS2, read by dnspython: host.example.org. 300 IN MX 10 mail.example.org.
    written by dnspython, read by Net_DNS2: host.example.org. 300 IN MX 10 mail.example.org.
host.example.org. 300 IN LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
    written by Net_DNS2, read by dnspython: host.example.org. 300 IN LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 100.00m 0.10m
    written by dnspython, read by Net_DNS2: host.example.org. 300 IN LOC 52 22 22.1000 N 4 53 31.1000 E -2.00m 0.00m 1000000.00m 1000.00m
host.example.org. 300 IN APL 1:192.0.2.0/24
    written by Net_DNS2, read by dnspython: host.example.org. 300 IN APL 1:192.0.0.0/24
    written by dnspython, read by Net_DNS2: host.example.org. 300 IN APL 1:192.0.2.0/24
host.example.org. 300 IN APL 2:2001:db8::/32
    written by Net_DNS2, read by dnspython: error: DNS message is malformed.
    written by dnspython, read by Net_DNS2: host.example.org. 300 IN APL 2:20:1:d:b8:0:0:0:0/32
host.example.org. 300 IN TYPE65280 \# 4 0a000001
    written by Net_DNS2, read by dnspython: error: invalid config line provided: unknown file: TYPE65280
    written by dnspython, read by Net_DNS2: error: un-implemented resource record type: 65280
esc\.dot.example.org. 300 IN A 192.0.2.1
    written by Net_DNS2, read by dnspython: esc\.dot.example.org. 300 IN A 192.0.2.1
    written by dnspython, read by Net_DNS2: esc.dot.example.org. 300 IN A 192.0.2.1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# @dnsquery/dns-packet and @leichtgewicht/dns-packet: the data of each EDNS option is sent as zeros: cookies, extended errors and identifiers alike.
#
# Versions: @dnsquery/dns-packet 6.1.1, @leichtgewicht/dns-packet 6.0.3, dns-packet 5.6.1 to compare with (npm), Node.js; dnspython 2.7.0
#   (PyPI).
# Expected: RFC 6891, section 6.1.2: OPTION-DATA is what the option says. RFC 7873, section 4.1: a client's cookie is of 8 octets that
#   nobody can guess, and a server's has to be sent back as it was. RFC 8914: an extended error has a number and a text. Their
#   documentation, as that of dns-packet: {code, data}, for any option.
# Seen: encode() writes the code and the length of {code: 10, data: 0102030405060708} and 8 zeros; of an extended error 6 with the text "A"
#   3 zeros (of which dnspython shows two). Nothing is raised. decode() reads the data of others. Only options with fields of their own,
#   such as a client's subnet, are right. dns-packet writes the data.
# Why it matters: servers that want cookies get one that is the same from everybody, and answer BADCOOKIE each time; over TLS and HTTPS the
#   padding hides that nothing else arrives.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @dnsquery/dns-packet@6.1.1 @leichtgewicht/dns-packet@6.0.3 dns-packet@5.6.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dnspython==2.7.0 >pip.log 2>&1

cat > write.mjs <<'JS'
for (const name of ["dns-packet", "@dnsquery/dns-packet", "@leichtgewicht/dns-packet"]) {
  const module = await import(name);
  const { encode } = module.encode ? module : module.default;
  const options = [
    { code: 10, data: Buffer.from("0102030405060708", "hex") },
    { code: 15, data: Buffer.from([0, 6, 65]) },
    { code: 8, ip: "192.0.2.0", sourcePrefixLength: 24 },
  ];
  const message = encode({
    type: "query", id: 1, flags: 256, questions: [{ type: "A", name: "example.org" }],
    additionals: [{ type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options }],
  });
  console.log(name, Buffer.from(message).toString("hex"));
}
JS
cat > read.py <<'PY'
import sys

import dns.edns
import dns.message

for line in sys.stdin:
    name, octets = line.split()
    message = dns.message.from_wire(bytes.fromhex(octets))
    print(f"{name}:", ", ".join(f"option {int(option.otype)}: {option.to_wire().hex()}" for option in message.options))
PY
timeout 60 node write.mjs | venv/bin/python read.py | tee seen
cat > expected <<'TEXT'
dns-packet: option 10: 0102030405060708, option 15: 000641, option 8: 00011800c00002
@dnsquery/dns-packet: option 10: 0000000000000000, option 15: 0000, option 8: 00011800c00002
@leichtgewicht/dns-packet: option 10: 0000000000000000, option 15: 0000, option 8: 00011800c00002
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

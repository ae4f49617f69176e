#!/bin/bash
# coap-packet: a request with the option Echo, or Request-Tag, has one with a number in the tens of thousands instead, which swallows the text.
#
# Versions: coap-packet 1.1.1 (npm), Node.js; aiocoap 0.4.17 (PyPI) to compare with.
# Expected: RFC 9175, sections 2.2.1 and 3.2.1: Echo is option 252, Request-Tag 292. Its documentation: options are given as {name, value},
#   by name or by number. What it cannot write it should refuse.
# Seen: generate() with {name: "Echo"}, {name: "Request-Tag"} or {name: "Edhoc"} (RFC 9668, 21) raises nothing and writes another option,
#   with the number made of the octets that follow; parse() of it finds options 31244 and 31250, and no payload. With the number 252 it is
#   right, and read as "252". aiocoap writes Echo as 252.
# Why it matters: a server that asks for Echo, as RFC 9175 has it against old requests, is answered with a message that it cannot read, each
#   time.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts coap-packet@1.1.1 >npm.log 2>&1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aiocoap==0.4.17 >pip.log 2>&1

cat > find.js <<'JS'
const { generate, parse } = require("coap-packet");

for (const name of ["Uri-Path", "Echo", "Request-Tag", "Edhoc", "252", 252]) {
  const octets = generate({ code: "0.01", messageId: 1, token: Buffer.alloc(0), options: [{ name, value: Buffer.from("x") }], payload: Buffer.from("text") });
  const message = parse(octets);
  const options = message.options.map((option) => `${option.name}=${option.value}`);
  console.log(`${JSON.stringify(name)}: ${octets.toString("hex")}, read as ${options} and "${message.payload}"`);
}
JS
cat > find.py <<'PY'
import aiocoap

message = aiocoap.Message(code=aiocoap.GET, mid=1, mtype=aiocoap.NON, echo=b"x", payload=b"text")
print(f'aiocoap, "Echo": {message.encode().hex()}')
PY
{ timeout 60 node find.js; timeout 60 venv/bin/python -W ignore find.py; } | tee seen
cat > expected <<'TEXT'
"Uri-Path": 50010001b178ff74657874, read as Uri-Path=x and "text"
"Echo": 50010001e178ff74657874, read as 31244=t,31250=xt and ""
"Request-Tag": 50010001e178ff74657874, read as 31244=t,31250=xt and ""
"Edhoc": 50010001e178ff74657874, read as 31244=t,31250=xt and ""
"252": 50010001d1ef78ff74657874, read as 252=x and "text"
252: 50010001d1ef78ff74657874, read as 252=x and "text"
aiocoap, "Echo": 50010001d1ef78ff74657874
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# Prosody's HTTP parser: a chunked request has no body and is an error, and an answer that ends with the connection ends with its first read.
#
# Versions: net.http.parser of Prosody 0.12.3 (Debian 12: prosody 0.12.3-1+deb12u1, lua5.4 5.4.4-3+deb12u1, lua-socket 3.1.0-1+b1), h11 0.16.0
#   (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 9112, section 7.1: "A recipient MUST be able to parse and decode the chunked transfer coding." Section 7: "All transfer-coding names
#   are case-insensitive". Section 6.3: without a length and without chunks the body of an answer is all "prior to the server closing the
#   connection".
# Seen: whether a message has a body is found out for answers only. A chunked request comes with the body "", its chunks are read as the next
#   request, and the error is invalid-status-line. An answer without a length is complete with the octets that have come by then; what follows is
#   another answer, and the error is unexpected-eof. With "Chunked" the lengths of the chunks are a part of the body.
# Why it matters: curl -T - and streaming clients send chunks; to mod_http_upload and BOSH they cannot. Answers of HTTP/1.0 servers are cut at
#   chance.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download prosody=0.12.3-1+deb12u1 lua5.4=5.4.4-3+deb12u1 lua-socket=3.1.0-1+b1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LUA_PATH='usr/lib/prosody/?.lua;usr/share/lua/5.4/?.lua;usr/share/lua/5.3/?.lua'
export LUA_CPATH='usr/lib/prosody/?.so;usr/lib/x86_64-linux-gnu/lua/5.4/?.so'
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check h11==0.16.0

cat > find.lua <<'LUA'
local parser = require "net.http.parser";

local kind, number = arg[1], tonumber(arg[2]);
local seen = {};
local function success(packet)
	if packet.partial then return; end -- the head alone
	local first = kind == "client" and packet.code or packet.method .. " " .. packet.path;
	local body = string.format("%q", packet.body):gsub("\\\n", "\\n"):gsub("\\13", "\\r");
	table.insert(seen, first .. " " .. body);
end
local function failure(err) table.insert(seen, "error " .. tostring(err)); end
local feed = parser.new(success, failure, kind, kind == "client" and function() return { method = "GET" } end);
for read = 1, number do
	local file = assert(io.open("read" .. read, "rb"));
	feed:feed(file:read("a"));
end
feed:feed(nil);
print(table.concat(seen, ", "));
LUA
cat > find.py <<'PY'
import subprocess
from pathlib import Path

import h11

HEAD = b"POST /first HTTP/1.1\r\nHost: localhost\r\n"
NEXT = b"GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n"
CASES = (
    ("request with a length", h11.SERVER, [HEAD + b"Content-Length: 2\r\n\r\nhi" + NEXT]),
    ("chunked request", h11.SERVER, [HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n" + NEXT]),
    ("chunked answer", h11.CLIENT, [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"]),
    ("Chunked answer", h11.CLIENT, [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"]),
    ("answer with a length", h11.CLIENT, [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst", b" more"]),
    ("answer without a length", h11.CLIENT, [b"HTTP/1.0 200 OK\r\n\r\nfirst", b" more"]),
)


def by_h11(role, reads):
    connection = h11.Connection(role)
    if role is h11.CLIENT:
        connection.send(h11.Request(method="GET", target="/", headers=[("Host", "localhost")]))
        connection.send(h11.EndOfMessage())
    reads = [*reads, b""]
    seen = []
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(reads.pop(0))
        elif isinstance(event, (h11.Request, h11.Response)):
            first = event.status_code if role is h11.CLIENT else f"{event.method.decode()} {event.target.decode()}"
            body = b""
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            seen.append(f'{first} "{body.decode()}"')
            if role is h11.CLIENT:
                break
            connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
            connection.send(h11.EndOfMessage())
            connection.start_next_cycle()
        else:
            break
    return ", ".join(seen)


for name, role, reads in CASES:
    for number, read in enumerate(reads, 1):
        Path(f"read{number}").write_bytes(read)
    command = ["usr/bin/lua5.4", "find.lua", "client" if role is h11.CLIENT else "server", str(len(reads))]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    print(f"{name}\n    h11: {by_h11(role, reads)}\n    Prosody: {result.stdout.strip()}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
request with a length
    h11: POST /first "hi", GET /next ""
    Prosody: POST /first "hi", GET /next ""
chunked request
    h11: POST /first "hi", GET /next ""
    Prosody: POST /first "", error invalid-status-line
chunked answer
    h11: 200 "hi"
    Prosody: 200 "hi"
Chunked answer
    h11: 200 "hi"
    Prosody: 200 "2\r\nhi\r\n0\r\n\r\n"
answer with a length
    h11: 200 "first more"
    Prosody: 200 "first more"
answer without a length
    h11: 200 "first more"
    Prosody: 200 "first", error unexpected-eof
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

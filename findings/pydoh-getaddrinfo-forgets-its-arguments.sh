#!/bin/bash
# pydoh (DNS over HTTPS): its getaddrinfo() has port 0 for "https", streams for datagrams and IPv4 for IPv6; and the first server's failure counts.
#
# Versions: pydoh 0.1.0 (PyPI), Python 3.11.
# Expected: its documentation: patch_socket() replaces name resolution everywhere in Python, for "requests, aiohttp, anything on sockets", with a
#   fallback from one provider to the next if one fails. RFC 3493, section 6.1: getaddrinfo() takes a service name such as "https" for its port,
#   and returns only addresses of the family and socket type that it is asked for. RFC 8484, section 4.2.1: a DNS failure such as SERVFAIL
#   comes in a successful HTTP response.
# Seen: getaddrinfo("example.org", "https") has port 0; asked for SOCK_DGRAM it has SOCK_STREAM with TCP, and for AF_INET6 it has AF_INET and IPv4
#   addresses. SERVFAIL of the first provider is an empty answer, and the second, which knows the name, is not asked.
# Why it matters: connections to a service by name go to port 0. asyncio cannot open a datagram endpoint (QUIC, DNS, statsd) to a name:
#   "Protocol not supported". None of it names pydoh.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pydoh==0.1.0

cat > find.py <<'PY'
import asyncio
import socket
import struct
import sys

import pydoh
import pydoh.resolver
from pydoh.providers import CLOUDFLARE, GOOGLE

failing, asked = set(), []


def answer(provider, query, timeout):
    """In the place of the HTTPS request: the provider's DNS message."""
    asked.append(provider.name)
    question = query[12:]
    if provider.name in failing:
        return query[:2] + struct.pack(">HHHHH", 0x8182, 1, 0, 0, 0) + question  # SERVFAIL
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([127, 0, 0, 1])
    return query[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + question + record


pydoh.resolver._doh_request = answer
pydoh.patch_socket()
seen = {
    "port of https": socket.getaddrinfo("example.org", "https")[0][4][1],
    "type of SOCK_DGRAM": socket.getaddrinfo("example.org", 443, type=socket.SOCK_DGRAM)[0][1].name,
    "family of AF_INET6": socket.getaddrinfo("example.org", 443, socket.AF_INET6)[0][0].name,
}


async def datagrams():
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=("example.org", 443))
        transport.close()
        return "fine"
    except OSError as error:
        return error.strerror


seen["datagram endpoint"] = asyncio.run(datagrams())
failing.add(CLOUDFLARE.name)
asked.clear()
seen["after SERVFAIL"] = pydoh.resolve("www.example.org", providers=[CLOUDFLARE, GOOGLE]), len(asked)
pydoh.unpatch_socket()
assert socket.getaddrinfo("127.0.0.1", "https")[0][4][1] == 443
for what, how in seen.items():
    print(f"{what}:", how)
sys.exit(list(seen.values()) != [0, "SOCK_STREAM", "AF_INET", "Protocol not supported", ([], 1)])
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

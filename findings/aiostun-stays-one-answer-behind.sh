#!/bin/bash
# aiostun: after one answer that was late all others are taken for wrong, and of two messages in one record the second waits for the next.
#
# Versions: aiostun 0.6.1 (PyPI), Python 3.11; a STUN server of the script's, over TLS.
# Expected: RFC 8489, section 6.3: an answer belongs to the request with its transaction ID, others are discarded. Section 6.2.2: over TCP and TLS messages
#   follow each other in a stream, so a read may have parts of one or several.
# Seen: the answer to a request that has timed out stays in a queue. The next request takes it, finds another transaction ID, returns None, and leaves its
#   own answer to the one after it: from then on bind_request() returns None, though each is answered at once. Of two messages that arrive together one is
#   taken from the buffer, the other when something else arrives: same result. When the server closes, asyncio logs an AttributeError, as the protocol has
#   no eof_received().
# Why it matters: one hiccup on a connection that is kept, and the address of this host is never found again, which looks like a blocked server. Open a new
#   Client after a None.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiostun==0.6.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

import aiostun

ADDRESS = bytes.fromhex("00200008 0001a147 e112a643")
INDICATION = bytes.fromhex("00110000 2112a442") + b"indication00"


def answer(request):
    return b"\x01\x01" + len(ADDRESS).to_bytes(2, "big") + request[4:20] + ADDRESS


errors = []


async def talk(first):
    """What five requests result in at a server that does something else for the first, and answers the others at once."""

    writers = []

    async def serve(reader, writer):
        number = 0
        writers.append(writer)
        try:
            while True:
                request = await reader.readexactly(20)
                if number == 0 and first == "late":
                    await asyncio.sleep(1)
                if number == 0 and first == "two":
                    writer.write(INDICATION + answer(request))
                else:
                    writer.write(answer(request))
                number += 1
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["message"]))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    results = []
    port = server.sockets[0].getsockname()[1]
    client = aiostun.Client("localhost", port, proto=aiostun.TLS, cafile="cert.pem", timeout=0.6)
    async with client:
        for _ in range(5):
            answered = await client.bind_request()
            results.append(answered and answered.get_class())
            # The answers are there before the next request, so nothing else is late.
            await asyncio.sleep(0.5)
        # The server closes first.
        for writer in writers:
            writer.close()
        await asyncio.sleep(0.3)
    server.close()
    return results


expected = {
    "at once": ["Success Response"] * 5,
    "late": [None] * 5,
    "two": ["Indication"] + [None] * 4,
}
same = True
for first, right in expected.items():
    seen = asyncio.run(asyncio.wait_for(talk(first), 30))
    print(f"first answer {first}: {seen}")
    same = same and seen == right
print(f"errors logged by asyncio: {sorted(set(errors))}")
sys.exit(not same or "Error calling eof_received()" not in errors)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# nauyaca (Gemini): from a URL with an IPv6 address the brackets get lost, so what it asks the server for is no URL.
#
# Versions: nauyaca 0.11.0 (PyPI), Python 3.11, OpenSSL 3.0 to make the certificate.
# Expected: RFC 3986, section 3.2.2: an IPv6 address in a URL stands in square brackets. The Gemini specification: a request is an absolute URL of
#   RFC 3986. nauyaca's documentation: normalize_url() returns the canonical form of a URL, and parse_url() refuses invalid ones.
# Seen: GeminiClient connects to the address rightly, and sends "gemini://::1:PORT/". normalize_url("gemini://[2001:db8::1]/a") is
#   "gemini://2001:db8::1/a", which Python's urlsplit() takes for the host "2001" with the port "db8::1", and nauyaca itself refuses. The
#   URL of the response is the same.
# Why it matters: a server that compares the host of a request with its own, as it must to refuse being a proxy, or that parses the URL at all,
#   answers with an error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check nauyaca==0.11.0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1,IP:::1 -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import asyncio
import ssl
import sys

from nauyaca.client.session import GeminiClient
from nauyaca.utils.url import normalize_url, parse_url


async def requested(address):
    """What a server gets that the client is sent to, with the port written as PORT."""

    async def serve(reader, writer):
        request.set_result((await reader.readline()).decode())
        writer.write(b"20 text/plain\r\nhello")
        writer.close()

    request = asyncio.get_running_loop().create_future()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    server = await asyncio.start_server(serve, address.strip("[]"), 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    client = GeminiClient(ssl_context=ssl.create_default_context(cafile="cert.pem"), trust_on_first_use=False)
    response = await client.get(f"gemini://{address}:{port}/")
    server.close()
    assert response.body == "hello"
    return (await request).strip().replace(str(port), "PORT"), response.url.replace(str(port), "PORT")


normal = normalize_url("gemini://[2001:db8::1]/a")
try:
    again = parse_url(normal).hostname
except ValueError as error:
    again = f"ValueError: {error}"
seen = [asyncio.run(requested("127.0.0.1")), asyncio.run(requested("[::1]"))]
for request, url in seen:
    print("requested:", request, "of the response:", url)
print("normalized:", normal, "parsed again:", again)
sys.exit(
    seen != [("gemini://127.0.0.1:PORT/",) * 2, ("gemini://::1:PORT/",) * 2]
    or normal != "gemini://2001:db8::1/a"
    or not again.startswith("ValueError")
)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

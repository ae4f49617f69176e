#!/bin/bash
# fastcoap: an upload of more than one kilobyte reaches the handler block by block, each as a request of its own, and fails. A response of type text is
# JSON with quotation marks, and a request of type text is read as JSON.
#
# Versions: fastcoap 0.1.0 with aiocoap 0.4.17 (PyPI), Python 3.11, over loopback.
# Expected: RFC 7959, section 2.5: with Block1 "the server ... 2.31 (Continue) response code indicates that the successful request body transfer is still
#   under way", and the request is acted on when all is there. RFC 7252, section 12.3: Content-Format 0 is text/plain; charset=utf-8. fastcoap has
#   ContentFormat.TEXT.
# Seen: a POST of 3000 octets of JSON runs the handler with the first 1024 of them: 5.00 "Unterminated string". The same handler in aiocoap's own server
#   gets 3000. CoapResponse("hello", content_format=ContentFormat.TEXT) sends "hello" with two quotation marks as text/plain; a POST of the text "on" is
#   5.00 "Expecting value", of "007" too, and "22.50" reaches the handler as the number 22.5.
# Why it matters: CoAP is made for devices with small packets, and each upload of a log or an image is in blocks. The client hears of an internal error
#   only.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check fastcoap==0.1.0 aiocoap==0.4.17

cat > find.py <<'PY'
import asyncio
import json
import logging
import sys

import aiocoap
import aiocoap.resource
from aiocoap.numbers.codes import POST
from fastcoap import CoapRequest, CoapResponse, ContentFormat, FastCOAP

logging.disable(logging.CRITICAL)
app = FastCOAP()
got = []


@app.post("/upload")
async def upload(request: CoapRequest):
    got.append(len(request.message.payload))
    return {"length": len(request.body["text"])}


@app.post("/echo")
async def echo(request: CoapRequest):
    return {"body": request.body, "type": type(request.body).__name__}


@app.get("/hello")
async def hello():
    return CoapResponse("hello", content_format=ContentFormat.TEXT)


class Plain(aiocoap.resource.Resource):
    async def render_post(self, request):
        return aiocoap.Message(payload=str(len(request.payload)).encode())


async def main():
    server = asyncio.create_task(app.serve("127.0.0.1", 15683))
    site = aiocoap.resource.Site()
    site.add_resource(["upload"], Plain())
    own = await aiocoap.Context.create_server_context(site, bind=("127.0.0.1", 15684))
    await asyncio.sleep(0.5)
    client = await aiocoap.Context.create_client_context()
    results = []

    async def ask(what, port, code, path, payload=b"", kind=None):
        message = aiocoap.Message(code=code, uri=f"coap://127.0.0.1:{port}/{path}", payload=payload)
        if kind is not None:
            message.opt.content_format = kind
        answer = await asyncio.wait_for(client.request(message).response, 10)
        results.append((str(answer.code), answer.payload.decode()))
        print(f"{what}: {answer.code} {answer.payload.decode()[:90]}")

    body = json.dumps({"text": "x" * 2988}).encode()
    await ask("500 octets", 15683, POST, "upload", body[:490] + b'"}', 50)
    await ask(f"{len(body)} octets, fastcoap", 15683, POST, "upload", body, 50)
    await ask(f"{len(body)} octets, aiocoap", 15684, POST, "upload", body, 50)
    await ask("text/plain from fastcoap", 15683, aiocoap.GET, "hello")
    for text in (b"on", b"007", b"22.50"):
        await ask(f"text/plain {text.decode()}", 15683, POST, "echo", text, 0)
    print("lengths that the handler got:", got)
    await client.shutdown()
    await own.shutdown()
    server.cancel()
    await asyncio.wait([server], timeout=5)
    return results


r = asyncio.run(main())
sys.exit(
    not r[0][0].startswith("2.")
    or not r[1][0].startswith("5.00")
    or got[1] != 1024
    or r[2][1] != "3000"
    or r[3][1] != '"hello"'
    or not (r[4][0].startswith("5.00") and r[5][0].startswith("5.00"))
    or json.loads(r[6][1])["type"] != "float"
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

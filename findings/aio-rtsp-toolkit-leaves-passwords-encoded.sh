#!/bin/bash
# aio-rtsp-toolkit: a password with "@", encoded as its manual has it, is sent in its encoded form, a camera that asks for Basic gets no password at
# all, and a realm with a comma is cut.
#
# Versions: aio-rtsp-toolkit 0.1.4 (PyPI), Python 3.11 with urllib and hashlib for the right answers.
# Expected: its documentation: "If the username or password contains reserved characters such as @, :, or /, URL-encode them first." RFC 3986, section
#   2.4: such octets are decoded before they are used. RFC 7617: Basic. RFC 2617, section 1.2: a parameter may be a quoted string, commas and all;
#   section 3.2.2: the uri of a Digest is that of the request.
# Seen: of rtsp://jo:p%40ss@... the digest is made with "p%40ss", so it is refused; "secret" is accepted. With "Basic realm=..." there is no second
#   request, and the session ends with "No RTSP Session negotiated (no successful SETUP)", as for a stream without pictures. With realm="Camera,
#   hall" the digest is made with the realm "Camer". In SETUP the uri of the digest is not that of the request, which strict servers refuse.
# Why it matters: the stream works in other players, and the message speaks of missing media. Cameras ask for Basic within TLS or in a closed network.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aio-rtsp-toolkit==0.1.4

cat > find.py <<'PY'
import asyncio
import base64
import hashlib
import re
import sys
from urllib.parse import unquote

import aio_rtsp_toolkit

SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=Camera\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Server:
    """A camera, which takes any uri in a digest, and notes the requests whose uri it was not."""

    def __init__(self, scheme, realm, password):
        self.scheme, self.realm, self.password, self.answers, self.others = scheme, realm, password, [], set()

    def right(self, method, uri, given):
        if self.scheme == "Basic":
            return given == "Basic " + base64.b64encode(f"jo:{self.password}".encode()).decode()
        said = re.search(r'uri="([^"]*)"', given or "")
        if said is None:
            return False
        if said[1] != uri:
            self.others.add(method)
        return f'response="{md5(md5(f"jo:{self.realm}:{self.password}") + ":n1:" + md5(f"{method}:{said[1]}"))}"' in given

    async def run(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, uri, _ = head[0].split(" ")
                fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
                good = method == "OPTIONS" or self.right(method, uri, fields.get("authorization"))
                answer, body = [f"RTSP/1.0 {'200 OK' if good else '401 Unauthorized'}\r\nCSeq: {fields['cseq']}"], ""
                if not good:
                    answer.append(f'WWW-Authenticate: {self.scheme} realm="{self.realm}"' + ', nonce="n1"' * (self.scheme == "Digest"))
                elif method == "DESCRIBE":
                    body = SDP
                    answer += ["Content-Type: application/sdp", f"Content-Base: {uri}/"]
                elif method == "SETUP":
                    answer += [f"Transport: {fields['transport']}", "Session: 1"]
                if method in ("DESCRIBE", "PLAY"):
                    self.answers.append(f"{method} {200 if good else 401}")
                writer.write("\r\n".join([*answer, f"Content-Length: {len(body)}", "", body]).encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def watch(server, password):
    listener = await asyncio.start_server(server.run, "127.0.0.1", 0)
    stop, error = asyncio.Event(), None
    asyncio.get_running_loop().call_later(1.5, stop.set)
    url = f"rtsp://jo:{password}@127.0.0.1:{listener.sockets[0].getsockname()[1]}/cam"
    assert unquote(password) == server.password
    try:
        async with aio_rtsp_toolkit.RtspSession(url, timeout=2, enable_audio=False, log_type=0) as session:
            async for _ in session.iter_events(stop):
                pass
    except aio_rtsp_toolkit.RtspError as problem:
        error = str(problem)[:60]
    listener.close()
    return server.answers, error


async def main():
    seen = []
    for server, password in [
        (Server("Digest", "Camera", "secret"), "secret"),
        (Server("Digest", "Camera", "p@ss"), "p%40ss"),
        (Server("Basic", "Camera", "secret"), "secret"),
        (Server("Digest", "Camera, hall", "secret"), "secret"),
    ]:
        seen.append((await watch(server, password), sorted(server.others)))
        print(f"{server.scheme}, realm {server.realm!r}, password {server.password!r}: {seen[-1][0]}; digests for another uri: {seen[-1][1]}")
    return seen


seen = asyncio.run(asyncio.wait_for(main(), 40))
failed = "No RTSP Session negotiated (no successful SETUP). This usual"
expected = [
    ((["DESCRIBE 401", "DESCRIBE 200", "PLAY 200"], None), ["SETUP"]),
    ((["DESCRIBE 401", "DESCRIBE 401"], failed), []),
    ((["DESCRIBE 401"], failed), []),
    ((["DESCRIBE 401", "DESCRIBE 401"], failed), []),
]
sys.exit(seen != expected)
PY
timeout 60 venv/bin/python find.py 2>find.log || { tail -5 find.log; echo "CHANGED: see above"; exit 1; }

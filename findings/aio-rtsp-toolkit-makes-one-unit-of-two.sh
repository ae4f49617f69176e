#!/bin/bash
# aio-rtsp-toolkit: two units of H.264 in one packet become one that no decoder knows, header extensions become picture, and a stream of 29.97 frames
# in a second cannot be described.
#
# Versions: aio-rtsp-toolkit 0.1.4 (PyPI), Python 3.11.
# Expected: its documentation: "frame splicing to raw Annex B NAL units". RFC 6184, section 5.7.1: a packet of type 24 (STAP-A) has several units, each
#   behind its length; section 8.1: sprop-parameter-sets is a list of one or more sets. RFC 3550, section 5.3.1: with the X bit a header extension is
#   in front of the payload. RFC 4566, section 6: in a=framerate "Decimal representations of fractional values" are allowed. RFC 2326, appendix
#   C.1.1: a relative control URL is relative to Content-Base, or else to the URL of the request.
# Seen: of a STAP-A packet with SPS and PPS comes a frame 00000001 78 0004 67... 0002 68..., where 00000001 67... and 00000001 68... would be right, as
#   they come if each is in a packet of its own. H.265's packets of this kind are taken apart. With a header extension, its eight octets are the
#   beginning of the frame. "a=framerate:29.97" and three parameter sets are a ValueError, and the session ends. Without Content-Base the
#   client asks for "track1" instead of rtsp://.../track1.
# Why it matters: cameras send SPS and PPS together, extensions (ONVIF's times), and 29.97 frames. What is recorded of them cannot be decoded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aio-rtsp-toolkit==0.1.4

cat > find.py <<'PY'
import asyncio
import struct
import sys

import aio_rtsp_toolkit

SPS, PPS, PICTURE = bytes.fromhex("6742001f"), bytes.fromhex("68ce"), bytes.fromhex("658884")


def rtp(number, payload, extension=b""):
    """An RTP packet, interleaved on channel 0."""
    header = struct.pack("!BBHII", 0x90 if extension else 0x80, 96, number, 1000, 1)
    packet = header + extension + payload
    return struct.pack("!BBH", 0x24, 0, len(packet)) + packet


STAP = b"\x78" + struct.pack("!H", len(SPS)) + SPS + struct.pack("!H", len(PPS)) + PPS
EXTENSION = struct.pack("!HH", 0xABAC, 1) + b"time"


class Server:
    """An RTSP server with one H.264 stream, which keeps to RFC 2326."""

    def __init__(self, sdp="", base=True, packets=()):
        self.sdp, self.base, self.packets, self.setup = sdp, base, packets, None

    async def run(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, uri, _ = head[0].split(" ")
                fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
                answer, body = [f"RTSP/1.0 200 OK\r\nCSeq: {fields['cseq']}"], ""
                if method == "DESCRIBE":
                    body = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=Camera\r\nt=0 0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\n"
                    body += f"a=rtpmap:96 H264/90000\r\n{self.sdp}a=control:track1\r\n"
                    answer += ["Content-Type: application/sdp"] + [f"Content-Base: {uri}/"] * self.base
                elif method == "SETUP":
                    self.setup = uri.partition("//")[2].partition("/")[2] or uri
                    answer += [f"Transport: {fields['transport']}", "Session: 1"]
                writer.write("\r\n".join([*answer, f"Content-Length: {len(body)}", "", body]).encode())
                if method == "PLAY":
                    writer.writelines(self.packets)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def play(server):
    """The video frames that a session gets in a second and a half, and the error in which it ends."""
    listener = await asyncio.start_server(server.run, "127.0.0.1", 0)
    stop, frames, error = asyncio.Event(), [], None
    asyncio.get_running_loop().call_later(1.5, stop.set)
    url = f"rtsp://127.0.0.1:{listener.sockets[0].getsockname()[1]}/cam"
    try:
        async with aio_rtsp_toolkit.RtspSession(url, timeout=2, enable_audio=False, log_type=0) as session:
            async for event in session.iter_events(stop):
                if isinstance(event, aio_rtsp_toolkit.VideoFrameEvent):
                    frames.append(bytes(event.frame.data).hex())
    except aio_rtsp_toolkit.RtspError as problem:
        error = str(problem)
    listener.close()
    return frames, error


async def main():
    seen = {}
    for name, server in {
        "a packet each": Server(packets=[rtp(1, SPS), rtp(2, PPS), rtp(3, PICTURE)]),
        "two in one packet": Server(packets=[rtp(1, STAP), rtp(2, PICTURE)]),
        "extension": Server(packets=[rtp(1, PICTURE, EXTENSION)]),
        "framerate:25": Server("a=framerate:25\r\n", packets=[rtp(1, PICTURE)]),
        "framerate:29.97": Server("a=framerate:29.97\r\n", packets=[rtp(1, PICTURE)]),
        "three sets": Server("a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAH5WoFAFuQA==,aM4xUg==,aM4yUg==\r\n"),
        "no base": Server(base=False, packets=[rtp(1, PICTURE)]),
    }.items():
        frames, error = await play(server)
        seen[name] = (frames, server.setup) if error is None else error
        print(f"{name}: {seen[name]}")
    return seen


seen = asyncio.run(asyncio.wait_for(main(), 40))
start, where = "00000001", "cam/track1"
same = seen["a packet each"] == ([start + unit.hex() for unit in (SPS, PPS, PICTURE)], where)
same = same and seen["two in one packet"] == ([start + STAP.hex(), start + PICTURE.hex()], where)
same = same and seen["extension"] == ([start + EXTENSION.hex() + PICTURE.hex()], where)
same = same and seen["framerate:25"] == ([start + PICTURE.hex()], where)
same = same and "29.97" in seen["framerate:29.97"] and "too many values" in seen["three sets"] and seen["no base"][1] == "track1"
sys.exit(not same)
PY
timeout 60 venv/bin/python find.py 2>find.log || { tail -5 find.log; echo "CHANGED: see above"; exit 1; }

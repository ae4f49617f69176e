#!/bin/bash
# aiortsp: stereo sound has a clock of 2 hertz, two formats of a stream get mixed up, and an answer of which one letter comes first is an error.
#
# Versions: aiortsp 1.4.0 (PyPI), Python 3.11.
# Expected: RFC 4566, section 6: "a=rtpmap:<payload type> <encoding name>/<clock rate> [/<encoding parameters>]", with "L16/16000/2" as its example: for
#   sound the last part is the number of channels. There is one rtpmap, and one fmtp, for each payload type. RFC 2326, section 7.1: the reason
#   phrase of a status line may be empty. How an answer is cut into TCP's segments or TLS's records means nothing.
# Seen: of "97 mpeg4-generic/48000/2" media_clock_rate() is 2, and the encoding "mpeg4-generic/48000"; without "/2" it is 48000. Of a stream in H.264 (96)
#   or in H.265 (97) media_payload_type() is 97, and guess_h264_props() gives what belongs to 96. RTSPParser takes a first read of "R" for a
#   request, RECORD or REDIRECT, and stays with that when the rest of "RTSP/1.0 200 OK" arrives; a read of "RT" is right. "RTSP/1.0 200 " is a ValueError.
# Why it matters: who computes the times of stereo sound with it is wrong by a factor of thousands, and a decoder gets the parameters of another format.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check aiortsp==1.4.0

cat > find.py <<'PY'
import sys

from aiortsp.rtsp.parser import RTSPParser
from aiortsp.rtsp.sdp import SDP

HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=Camera\r\nt=0 0\r\n"
SOUND = "m=audio 0 RTP/AVP 97\r\na=rtpmap:97 %s\r\n"
VIDEO = (
    "m=video 0 RTP/AVP 96 97\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAHukBQHsg,aM4G4g==\r\n"
    "a=rtpmap:97 H265/90000\r\n"
)
ANSWER = b"RTSP/1.0 200 %s\r\nCSeq: 1\r\n\r\n"


def answers(*reads):
    parser = RTSPParser()
    try:
        return [f"{message.type} {message.status}" for read in reads for message in parser.parse(read)]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


seen = {}
for encoding in ("mpeg4-generic/48000", "mpeg4-generic/48000/2", "L16/16000/2"):
    sdp = SDP(HEAD + SOUND % encoding)
    seen[encoding] = sdp.media_clock_rate("audio"), sdp.get_media("audio")["attributes"]["rtpmap"]["encoding"]
sdp = SDP(HEAD + VIDEO)
seen["two formats"] = sdp.media_payload_type(), sdp.guess_h264_props()
whole = ANSWER % b"OK"
for i in (1, 2, 9):
    seen[f"an answer cut behind {whole[:i].decode()!r}"] = answers(whole[:i], whole[i:])
seen["an answer without a phrase"] = answers(ANSWER % b"")
for what, value in seen.items():
    print(f"{what}: {value}")
expected = {
    "mpeg4-generic/48000": (48000, "mpeg4-generic"),
    "mpeg4-generic/48000/2": (2, "mpeg4-generic/48000"),
    "L16/16000/2": (2, "L16/16000"),
    "two formats": (97, "Z0IAHukBQHsg,aM4G4g=="),
    "an answer cut behind 'R'": "AssertionError: RTSP response should start with an RTSP/1.0 protocol marker",
    "an answer cut behind 'RT'": ["response 200"],
    "an answer cut behind 'RTSP/1.0 '": ["response 200"],
    "an answer without a phrase": "ValueError: not enough values to unpack (expected 3, got 2)",
}
sys.exit(seen != expected)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

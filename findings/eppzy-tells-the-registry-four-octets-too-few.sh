#!/bin/bash
# eppzy: the length in front of each command leaves out its own four octets, so that a registry reads commands without their end; a greeting without
# extensions is an AttributeError.
#
# Versions: eppzy 0.0.15 (PyPI), Python 3.11, with a server on loopback and OpenSSL's certificate.
# Expected: RFC 5734, section 4: the header of a data unit is "the total length of the EPP data unit measured in octets", "including the four octets of
#   the header". eppzy's own comment in its reader: "The received length includes the bytes we've already read". RFC 5730, section 2.4: in a greeting
#   svcExtension is "an OPTIONAL element".
# Seen: the login command of n octets is sent with the header n instead of n + 4. The server reads n - 4 octets, the XML has no end: "unclosed token". The
#   four octets left are taken for the next header. A greeting of a server without extensions ends in AttributeError "'NoneType' object has no attribute
#   'findall'" before that.
# Why it matters: registries that keep to the RFC drop the connection at the login. What eppzy reads it reads right, so tests with its own mock do not
#   show it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
timeout 80 venv/bin/pip install -qq --disable-pip-version-check eppzy==0.0.15
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>req.log

cat > find.py <<'PY'
import socket
import ssl
import struct
import sys
import threading
import warnings
import xml.etree.ElementTree as ET

from eppzy.rfc5731_domain import Domain
from eppzy.session import session

warnings.simplefilter("ignore")
EXTENSION = "<svcExtension><extURI>urn:ietf:params:xml:ns:secDNS-1.1</extURI></svcExtension>"
GREETING = (
    '<?xml version="1.0" encoding="UTF-8"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><greeting><svID>Example</svID>'
    "<svDate>2026-11-30T10:00:00Z</svDate><svcMenu><version>1.0</version><lang>en</lang>"
    "<objURI>urn:ietf:params:xml:ns:domain-1.0</objURI>{}</svcMenu><dcp><access><all/></access></dcp></greeting></epp>"
)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")


def run(extension):
    seen = {}
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def serve():
        plain, _ = listener.accept()
        plain.settimeout(2)
        with context.wrap_socket(plain, server_side=True) as peer:
            text = GREETING.format(extension).encode()
            peer.sendall(struct.pack("!I", len(text) + 4) + text)
            data = b""
            try:
                while chunk := peer.recv(4096):
                    data += chunk
            except (TimeoutError, OSError):
                pass
            seen["data"] = data

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with session([Domain], [], "127.0.0.1", listener.getsockname()[1], "jo", "secret"):
            pass
    except Exception as error:
        seen["error"] = f"{type(error).__name__}: {error}"
    thread.join(10)
    listener.close()
    return seen


seen = run(EXTENSION)
data = seen["data"]
length, sent = struct.unpack("!I", data[:4])[0], len(data) - 4
command = data[4:length]
try:
    ET.fromstring(command)
    parsed = "whole"
except ET.ParseError as error:
    parsed = str(error)
print(f"header {length}, octets behind it {sent}; by the RFC the command ends in {command[-12:]!r}: {parsed}; left: {data[length:]!r}")
bare = run("")
print("greeting without extensions:", bare.get("error"))
sys.exit(length != sent or parsed == "whole" or not ET.fromstring(data[4:]).tag.endswith("epp") or "NoneType" not in bare["error"])
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# netconf-client: a change that was made with a warning is raised as an error, servers with TLS 1.3 alone are not reached, nor those at an
#   IPv6 address.
#
# Versions: netconf-client 3.6.0, ncclient 0.7.1 to compare with (PyPI), Python 3.11; a NETCONF server of the script's, over TLS.
# Expected: RFC 6241, section 4.3: an rpc-error has an error-severity, which is error or warning; section 4.4: <ok/> is sent "if no errors or
#   warnings occurred", and data otherwise: a reply with a warning is about a request that was carried out. RFC 7589, section 4: TLS 1.2 must
#   be supported, newer versions are not excluded, and RFC 9325, section 3.1.1, prefers TLS 1.3. The documentation: host is a "Hostname or IP
#   address".
# Seen: edit_config() raises RpcError for a reply with one rpc-error of the severity warning, and the error says severity "error".
#   connect_tls() uses TLS 1.2 and nothing else: with a server whose least version is 1.3 it ends with an SSLError; ssl of Python connects to
#   both. connect_tls(host="::1") raises gaierror, "Address family for hostname not supported", as the socket is made for IPv4 always.
#   ncclient does not raise warnings.
# Why it matters: Junos answers many changes with warnings ("statement not found", "will be ignored"), and a program rolls back what was
#   right. Pass a socket that is connected, for IPv6; look at reply_ele of the exception for the severity.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check netconf-client==3.6.0 ncclient==0.7.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import re
import socket
import ssl
import sys
import threading
import warnings

from ncclient.operations.rpc import RPCReply
from netconf_client.connect import connect_tls
from netconf_client.error import RpcError
from netconf_client.ncclient import Manager

warnings.simplefilter("ignore", DeprecationWarning)
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
HELLO = f'<hello xmlns="{BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities><session-id>1</session-id></hello>'
REPLY = f"""<rpc-reply xmlns="{BASE}" message-id="MESSAGE"><rpc-error><error-type>protocol</error-type><error-tag>operation-failed</error-tag>
<error-severity>SEVERITY</error-severity><error-message>statement not found</error-message></rpc-error></rpc-reply>"""
END = b"]]>]]>"


def answer(severity, identifier="1"):
    return REPLY.replace("MESSAGE", identifier).replace("SEVERITY", severity)


def serve(listener, context, severity):
    connection, _ = listener.accept()
    connection.settimeout(10)
    try:
        with context.wrap_socket(connection, server_side=True) as tls:
            tls.sendall(HELLO.encode() + END)
            received = b""
            while received.count(END) < 2:
                octets = tls.recv(4096)
                if not octets:
                    return
                received += octets
            identifier = re.search(r'message-id="([^"]+)"', received.decode())[1]
            tls.sendall(answer(severity, identifier).encode() + END)
            tls.recv(1)
    except OSError:
        pass


def server(version, severity="warning"):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    context.minimum_version = version
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, context, severity), daemon=True).start()
    return listener.getsockname()[1]


def edit(version, host="127.0.0.1", severity="warning"):
    try:
        port = server(version, severity)
        session = connect_tls(host=host, port=port, keyfile="key.pem", certfile="cert.pem", ca_certs="cert.pem", initial_timeout=5, general_timeout=5)
        with Manager(session, timeout=5) as manager:
            manager.edit_config(config="<config/>", target="running")
    except RpcError as error:
        return f"RpcError, severity {error.severity}: {error.message}"
    except socket.gaierror:
        return "gaierror"
    except ssl.SSLError:
        return "SSLError"
    return "done"


def by_ssl(version):
    context = ssl.create_default_context(cafile="cert.pem")
    with context.wrap_socket(socket.create_connection(("127.0.0.1", server(version)), 5), server_hostname="localhost") as tls:
        return tls.version()


def by_ncclient(severity):
    reply = RPCReply(answer(severity))
    reply.parse()
    # As its Manager does with raise_mode=ERRORS.
    return [error.severity for error in reply.errors if error.severity == "error"]


seen = [
    edit(ssl.TLSVersion.TLSv1_2),
    edit(ssl.TLSVersion.TLSv1_3),
    edit(ssl.TLSVersion.TLSv1_2, host="::1"),
]
print(f"a warning: netconf-client {seen[0]}; ncclient raises {by_ncclient('warning')}, and {by_ncclient('error')} for an error")
print(f"least version 1.3: netconf-client {seen[1]}; ssl of Python {by_ssl(ssl.TLSVersion.TLSv1_3)}")
print(f"::1: netconf-client {seen[2]}")
expected = ["RpcError, severity error: statement not found", "SSLError", "gaierror"]
sys.exit(seen != expected or bool(by_ncclient("warning")))
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

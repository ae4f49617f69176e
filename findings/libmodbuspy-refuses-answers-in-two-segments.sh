#!/bin/bash
# libmodbuspy: an answer over TCP that comes in two segments is refused, wherever it is cut.
#
# Versions: libmodbuspy 0.4.0 and, to compare with, modbus-rs 0.16.0 (PyPI), Python 3.11.
# Expected: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3: the length field of the MBAP header is there "to allow
#   the receiver to recognize message boundaries even if the message has been split into multiple packets for transmission". RFC 9293: TCP
#   is a stream of octets.
# Seen: for 60 registers, whose answer has 129 octets, all is well in one segment. With a pause behind the third, seventh, ninth or
#   hundredth octet it raises NotCorrectResponseError: "Responsed data length to small" or "Size defined in TCP-prefix is not equal to
#   actual response-size", though the rest comes after a fifth of a second, and its timeout is two. modbus-rs reads all of them.
# Why it matters: gateways to serial lines send header and data one after the other, and over TLS, a VPN or a mobile network segments are
#   cut as they come: values are missing now and then, and the error blames the device.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check libmodbuspy==0.4.0 modbus-rs==0.16.0

cat > find.py <<'PY'
import socket
import struct
import sys
import threading
import time

import modbus_rs
from libmodbuspy import ModbusClientPort, ModbusTcpPort


def serve(listener, cut):
    """Answers one request for registers with 1, 2, 3 ... and pauses behind so many octets."""
    sock, _ = listener.accept()
    with sock:
        sock.settimeout(10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number, _, _, unit, function, _, count = struct.unpack(">HHHBBHH", sock.recv(12))
        body = struct.pack(f">BBB{count}H", unit, function, 2 * count, *range(1, count + 1))
        answer = struct.pack(">HHH", number, 0, len(body)) + body
        sock.sendall(answer[:cut])
        time.sleep(0.2)
        sock.sendall(answer[cut:])
        sock.recv(1)


def by_libmodbuspy(port):
    transport = ModbusTcpPort(True)
    transport.setHost("127.0.0.1")
    transport.setPort(port)
    transport.setTimeout(2000)
    client = ModbusClientPort(transport)
    try:
        return list(struct.unpack("<60H", client.readHoldingRegisters(1, 0, 60)))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        client.close()


def by_modbus_rs(port):
    with modbus_rs.TcpTransport.connect("127.0.0.1", port=port) as transport:
        return list(transport.create_client(unit_id=1).read_holding_registers(0, 60))


seen = []
for cut in (129, 3, 7, 9, 100):
    results = []
    for client in (by_libmodbuspy, by_modbus_rs):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=serve, args=(listener, cut), daemon=True).start()
            result = client(listener.getsockname()[1])
            results.append("right" if result == list(range(1, 61)) else result)
    print(f"cut behind {cut} of 129: libmodbuspy {results[0]}; modbus-rs {results[1]}")
    seen.append(results)
sys.exit(
    seen[0] != ["right", "right"]
    or any(result[1] != "right" or not result[0].startswith("NotCorrectResponseError") for result in seen[1:])
)
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# Go's goburrow/modbus: once a device has answered too late, each later request fails, as it gets the answer of the one before, until the line is idle.
#
# Versions: goburrow/modbus 0.1.0 (Debian 12: golang-github-goburrow-modbus-dev 0.1.0-3, golang-github-goburrow-serial-dev 0.1.0-2), Go 1.19.8
#   (golang-1.19-go and -src 1.19.8-2), pymodbus 3.6.9 (PyPI) for comparison, a device of the script's over loopback. Wants `apt-get update` beforehand.
# Expected: Modbus Messaging on TCP/IP Implementation Guide, section 3.1.3: the transaction identifier is "used for transaction pairing"; section 4.4.1.3: if
#   it "does not refer to any MODBUS pending transaction, the response must be discarded".
# Seen: the first request times out, and its answer comes 0.3 seconds later. It stays in the connection, and is read for the second: "response transaction id
#   '1' does not match request '2'"; the second's is read for the third, and so on. The connection is kept. A minute without requests (IdleTimeout), which
#   a program that asks regularly does not have, or Close() ends it.
# Why it matters: after a short trouble of the network a device seems to be broken for good; pymodbus and others connect again, or skip the late answer.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-goburrow-modbus-dev=0.1.0-3 golang-github-goburrow-serial-dev=0.1.0-2 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pymodbus==3.6.9

cat > find.go <<'GO'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/goburrow/modbus"
)

func main() {
	handler := modbus.NewTCPClientHandler(os.Args[1])
	handler.SlaveId = 1
	handler.Timeout = time.Second
	client := modbus.NewClient(handler)
	for register := uint16(1); register <= 5; register++ {
		value, err := client.ReadHoldingRegisters(register, 1)
		if err != nil && register == 1 {
			err = fmt.Errorf("timeout")
		}
		fmt.Println("goburrow/modbus, register", register, value, err)
		time.Sleep(500 * time.Millisecond)
	}
	handler.Close()
	value, err := client.ReadHoldingRegisters(6, 1)
	fmt.Println("goburrow/modbus, after Close(), register 6", value, err)
}
GO
cat > find.py <<'PY'
import logging
import socket
import struct
import subprocess
import threading
import time

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

logging.disable(logging.CRITICAL)


def serve(listener):
    """A device whose registers have their number as their value; register 1 is slow."""
    def talk(connection):
        try:
            while head := connection.recv(7, socket.MSG_WAITALL):
                transaction, _, length, unit = struct.unpack(">HHHB", head)
                _, register, _ = struct.unpack(">BHH", connection.recv(length - 1, socket.MSG_WAITALL))
                if register == 1:
                    time.sleep(1.3)
                connection.sendall(struct.pack(">HHHBBBH", transaction, 0, 5, unit, 3, 2, register))
        except OSError:
            pass

    while True:
        threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
print(subprocess.run(["./find", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True, timeout=40).stdout, end="")
client = ModbusTcpClient("127.0.0.1", port=port, timeout=1, retries=0)
client.connect()
for register in range(1, 6):
    try:
        answer = client.read_holding_registers(register, 1, slave=1)
        print("pymodbus, register", register, "error" if answer.isError() else answer.registers)
    except ModbusException:
        print("pymodbus, register", register, "timeout")
    time.sleep(0.5)
PY
{
    timeout 90 usr/lib/go-1.19/bin/go build -o find find.go
    timeout 60 venv/bin/python find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
goburrow/modbus, register 1 [] timeout
goburrow/modbus, register 2 [] modbus: response transaction id '1' does not match request '2'
goburrow/modbus, register 3 [] modbus: response transaction id '2' does not match request '3'
goburrow/modbus, register 4 [] modbus: response transaction id '3' does not match request '4'
goburrow/modbus, register 5 [] modbus: response transaction id '4' does not match request '5'
goburrow/modbus, after Close(), register 6 [0 6] <nil>
pymodbus, register 1 error
pymodbus, register 2 [2]
pymodbus, register 3 [3]
pymodbus, register 4 [4]
pymodbus, register 5 [5]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

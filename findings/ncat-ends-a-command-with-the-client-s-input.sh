#!/bin/bash
# ncat -l with a command drops the command's answer as soon as the client has sent all, so ncat gets no answer from ncat.
#
# Versions: ncat 7.93 (Debian 12: 7.93+dfsg1-1) on both sides; socat 1.7.4.4 of Debian 12 as the other server. Wants `apt-get update` beforehand.
# Expected: ncat's manual has of --exec and --sh-exec: "All input from the remote client will be sent to the application and responses sent back to the
#   remote client over the socket". As a client ncat half-closes the connection at the end of its input (--no-shutdown turns that off), and reads
#   on: so a command that answers when its input ends has its answer read.
# Seen: `printf hello | ncat HOST PORT` at `ncat -l PORT --sh-exec 'wc -c; sleep 1; echo end'` prints nothing, although the command goes
#   on. At socat's SYSTEM it prints "5" and "end". The same goes for both with --ssl.
# Why it matters: a tool that is served in this way, with TLS or without, works by hand, and gives nothing to a client with a pipe.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ncat=7.93+dfsg1-1 liblua5.3-0=5.3.6-2 libpcap0.8=1.10.3-1 socat=1.7.4.4-2 libwrap0=7.6.q-32 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log

cat > find.py <<'PY'
import os
import socket
import subprocess
import sys
import time

ENVIRONMENT = {**os.environ, "LD_LIBRARY_PATH": "usr/lib/x86_64-linux-gnu:lib/x86_64-linux-gnu"}
COMMAND = "wc -c; sleep 1; echo end"
PLAIN, TLS = ["usr/bin/ncat"], ["usr/bin/ncat", "--ssl"]
NCAT = ["-l", "-k", "127.0.0.1", "PORT", "--sh-exec", COMMAND]
SOCAT = "bind=127.0.0.1,reuseaddr,fork"
CASES = {
    "ncat": ([*PLAIN, *NCAT], PLAIN),
    "ncat --ssl": ([*TLS, *NCAT, "--ssl-cert", "cert.pem", "--ssl-key", "key.pem"], TLS),
    "socat": (["usr/bin/socat", "-t", "10", f"TCP-LISTEN:PORT,{SOCAT}", f"SYSTEM:{COMMAND}"], PLAIN),
}


def exchange(server, client):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with open("server.log", "wb") as log:
        process = subprocess.Popen([word.replace("PORT", port) for word in server], env=ENVIRONMENT, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", int(port))).close()
                break
            except OSError:
                time.sleep(0.05)
        time.sleep(0.5)
        result = subprocess.run([*client, "127.0.0.1", port], env=ENVIRONMENT, input=b"hello", capture_output=True, timeout=30)
        return result.stdout.split()
    finally:
        process.terminate()
        process.wait()


seen = {}
for name, (server, client) in CASES.items():
    seen[name] = exchange(server, client)
    print(f"{name} as the server: {b' '.join(seen[name])!r}")
sys.exit(b"end" in seen["ncat"] + seen["ncat --ssl"] or seen["socat"] != [b"5", b"end"])
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }

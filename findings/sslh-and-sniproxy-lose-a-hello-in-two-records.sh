#!/bin/bash
# sslh and sniproxy: a client whose ClientHello takes two records is sent to the wrong server, as one that has named none.
#
# Versions: sslh 1.20, sniproxy 0.6.0, nginx 1.22.1 for comparison (Debian 12: sslh 1.20-1+deb12u1, sniproxy 0.6.0-2.1, nginx and
#   libnginx-mod-stream 1.22.1-9+deb12u11), OpenSSL 3.0 as client, Python 3.11. Wants `apt-get update` beforehand.
# Expected: RFC 8446, section 5.1: a handshake message may be spread over several records. OpenSSL does so when the hello is longer than the
#   fragment that it may send (-max_send_frag). The name that it asks for (RFC 6066, section 3) is the same, so it reaches the same server.
# Seen: a hello of 1.5 KB in one record goes to the server of its name, also in two TCP segments. In records of 512 bytes, with the name in
#   the first of them, sslh takes its entry without names and sniproxy its fallback. nginx (ssl_preread) reads the name.
# Why it matters: hellos grow past a kilobyte with post-quantum key shares. The client gets a stranger's certificate, or no connection,
#   and works when it asks the server itself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download sslh=1.20-1+deb12u1 libconfig9 sniproxy=0.6.0-2.1 libev4 libpcre3 libudns0 \
    nginx=1.22.1-9+deb12u11 libnginx-mod-stream=1.22.1-9+deb12u11 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" root; done

cat > find.py <<'PY'
import contextlib
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path("root").resolve()
LIBRARIES = f"{ROOT}/usr/lib/x86_64-linux-gnu:{ROOT}/lib/x86_64-linux-gnu"
PROTOCOLS = [f"protocol-{number}" for number in range(100)]
CONFIGURATIONS = {
    "sslh": (
        [f"{ROOT}/usr/sbin/sslh-select", "-Fsslh.conf"],
        """
        foreground: true; inetd: false; numeric: true; timeout: 5;
        listen: ( { host: "127.0.0.1"; port: "ROUTER"; } );
        protocols: (
            { name: "tls"; host: "127.0.0.1"; port: "NAMED"; sni_hostnames: [ "localhost" ]; },
            { name: "tls"; host: "127.0.0.1"; port: "OTHER"; }
        );
        """,
    ),
    "sniproxy": (
        [f"{ROOT}/usr/sbin/sniproxy", "-f", "-c", "sniproxy.conf"],
        """
        listener 127.0.0.1:ROUTER {
            protocol tls
            table names
            fallback 127.0.0.1:OTHER
        }
        table names {
            ^localhost$ 127.0.0.1:NAMED
        }
        """,
    ),
    "nginx": (
        [f"{ROOT}/usr/sbin/nginx", "-e", "stderr", "-p", os.getcwd(), "-c", "nginx.conf"],
        f"""
        load_module {ROOT}/usr/lib/nginx/modules/ngx_stream_module.so;
        daemon off; master_process off; pid nginx.pid; error_log error.log;
        events {{}}
        stream {{
            map $ssl_preread_server_name $server {{ localhost 127.0.0.1:NAMED; default 127.0.0.1:OTHER; }}
            server {{ listen 127.0.0.1:ROUTER; ssl_preread on; proxy_pass $server; }}
        }}
        """,
    ),
}


def serve(listener, word):
    while True:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            if connection.recv(65536):
                connection.sendall(word)


def server(word):
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, word), daemon=True).start()
    return str(listener.getsockname()[1])


def hello_in_one_record():
    context = ssl.create_default_context()
    context.set_alpn_protocols(PROTOCOLS)
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def lengths(data):
    found = []
    while len(data) >= 5:
        found.append(int.from_bytes(data[3:5], "big"))
        data = data[5 + found[-1] :]
    return found


def hello_in_several():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "127.0.0.1:%d" % listener.getsockname()[1]
        command = ["openssl", "s_client", "-connect", address, "-servername", "localhost"]
        command += ["-max_send_frag", "512", "-alpn", ",".join(PROTOCOLS)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        client = subprocess.Popen(command, stdin=subprocess.PIPE, **quiet)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(10)
            data = connection.recv(65536)
            while sum(lengths(data)) < 4 + int.from_bytes(data[6:9], "big"):
                data += connection.recv(65536)
        client.kill()
        client.wait()
        return data


def ask(port, pieces):
    deadline = time.monotonic() + 20
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=20)
            break
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.2)
        try:
            return connection.recv(100).decode()
        except OSError as error:
            return type(error).__name__


named, other = server(b"the named server"), server(b"another server")
one, several = hello_in_one_record(), hello_in_several()
print("lengths of the records:", lengths(one), "and", lengths(several))
assert len(lengths(several)) > 1 and b"localhost" in several[:517]
seen = {}
for name, (command, configuration) in CONFIGURATIONS.items():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for word, value in ("ROUTER", str(port)), ("NAMED", named), ("OTHER", other):
        configuration = configuration.replace(word, value)
    pathlib.Path(name + ".conf").write_text(configuration)
    environment = {**os.environ, "LD_LIBRARY_PATH": LIBRARIES}
    with open(name + ".log", "w") as log:
        router = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            seen[name] = [ask(port, [one]), ask(port, [one[:1000], one[1000:]]), ask(port, [several])]
        finally:
            router.terminate()
            router.wait()
    print(f"{name}: one record: {seen[name][0]}; in two segments: {seen[name][1]}; in several records: {seen[name][2]}")
right = ["the named server"] * 3
wrong = ["the named server"] * 2 + ["another server"]
sys.exit(seen != {"sslh": wrong, "sniproxy": wrong, "nginx": right})
PY
python3 find.py || { echo "CHANGED: see above"; exit 1; }

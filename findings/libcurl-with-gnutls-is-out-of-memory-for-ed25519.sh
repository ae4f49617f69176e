#!/bin/bash
# libcurl with GnuTLS: if CURLOPT_CERTINFO is on, most servers with an Ed25519 certificate cannot be reached: "Out of memory".
#
# Versions: libcurl 7.88.1 with GnuTLS 3.7.9 and with OpenSSL 3.0 (Debian 12: libcurl3-gnutls and libcurl4 7.88.1-10+deb12u15), with ctypes of
#   Python 3.11. Wants `apt-get update` beforehand.
# Expected: libcurl's manual names GnuTLS among the backends that support CURLOPT_CERTINFO, and has of CURLE_OUT_OF_MEMORY: "A memory allocation request
#   failed."
# Seen: with GnuTLS and CURLOPT_CERTINFO curl_easy_perform() returns 27, "Out of memory", for seven of eight Ed25519 keys, and no request is sent.
#   It depends on the octets of the public key, which are read as if they were ASN.1: the one that passes is the one whose second octet, as a length, fits into
#   the key. Without the option, with an ECDSA or RSA key, and with OpenSSL, the result is 0.
# Why it matters: programs that watch the dates of certificates turn the option on. For these servers they report a lack of memory in place of a date, and
#   after a renewal with another key perhaps not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
apt-get -qq download libcurl3-gnutls=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
cat > client.py <<'PY'
import ctypes
import sys

LIBRARY, PORT, CERTIFICATE, CERTINFO = sys.argv[1:]
curl = ctypes.CDLL(f"usr/lib/x86_64-linux-gnu/{LIBRARY}")
curl.curl_easy_init.restype = ctypes.c_void_p
curl.curl_easy_strerror.restype = ctypes.c_char_p
write = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p)(lambda data, size, count, _: size * count)
handle = ctypes.c_void_p(curl.curl_easy_init())
for option, value in (
    (10002, ctypes.c_char_p(f"https://localhost:{PORT}/".encode())),  # URL
    (10065, ctypes.c_char_p(CERTIFICATE.encode())),  # CAINFO
    (172, ctypes.c_long(int(CERTINFO))),
    (20011, write),  # WRITEFUNCTION
    (99, ctypes.c_long(1)),  # NOSIGNAL
    (13, ctypes.c_long(20)),  # TIMEOUT
):
    assert curl.curl_easy_setopt(handle, ctypes.c_int(option), value) == 0
result = curl.curl_easy_perform(handle)
print(result, curl.curl_easy_strerror(result).decode())
PY
cat > find.py <<'PY'
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

PKCS8 = bytes.fromhex("302e020100300506032b657004220420")  # of Ed25519, without the 32 octets of the key
requests = []


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], capture_output=True, check=True).stdout


def serve(listener, context):
    while True:
        sock, _ = listener.accept()
        try:
            sock.settimeout(10)
            with context.wrap_socket(sock, server_side=True) as tls:
                if request := tls.recv(4096):
                    requests.append(request)
                    tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntext")
        except OSError:
            pass


def results():
    """What curl_easy_perform() returns, and how many requests there were, for each backend without and with CERTINFO."""
    openssl("req", "-x509", "-key", "key.pem", "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", "cert.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("cert.pem", "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, context), daemon=True).start()
    seen = {}
    for library, name in (("libcurl-gnutls.so.4", "GnuTLS"), ("libcurl.so.4", "OpenSSL")):
        for certinfo in (0, 1):
            requests.clear()
            command = [sys.executable, "client.py", library, str(listener.getsockname()[1]), "cert.pem", str(certinfo)]
            result = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()
            seen[name, certinfo] = (result, len(requests))
    return seen


FINE, FAILED = ("0 No error", 1), ("27 Out of memory", 0)
as_stated, failed = True, 0
for what in ("ec", "rsa", *range(5, 13)):
    if isinstance(what, int):  # the keys are the same each time, so that their public halves are
        pathlib.Path("key.der").write_bytes(PKCS8 + bytes([what]) * 32)
        openssl("pkey", "-inform", "DER", "-in", "key.der", "-out", "key.pem")
        public = openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER")[-32:]
        what = f"Ed25519, public key {public[:2].hex()}..."
    else:
        openssl("genpkey", "-algorithm", what, *(["-pkeyopt", "ec_paramgen_curve:P-256"] if what == "ec" else []), "-out", "key.pem")
        public = b""
    seen = results()
    with_gnutls = seen.pop(("GnuTLS", 1))
    print(f"{what}: GnuTLS with CERTINFO: {with_gnutls}; the others: {set(seen.values())}")
    as_stated &= set(seen.values()) == {FINE} and with_gnutls == (FAILED if public[1:2] > b"\x1e" else FINE)
    failed += with_gnutls == FAILED
print(f"{failed} of 8 Ed25519 keys fail")
sys.exit(not as_stated)
PY
timeout 300 python3 find.py || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# truststore on Linux: each connection loads every root certificate of the system again.
#
# Versions: truststore 0.10.5 (PyPI), Python 3.11, the system's OpenSSL 3.0; needs Debian's ca-certificates.
# Expected: a context is set up once and used for many connections. In Python's ssl module the
#   context holds the certificates, and the connections made from it inherit them: wrap_bio() of ssl.SSLContext costs
#   microseconds.
# Seen: truststore.SSLContext.wrap_bio() calls load_verify_locations() or set_default_verify_paths() each time, which reads
#   and parses the whole bundle, more than a hundred certificates: tens of milliseconds of CPU instead of microseconds.
# Why it matters: that work is done in the caller's thread, so that in an event loop it stops every other connection, and
#   nothing that looks for blocking calls sees it, since it is neither I/O of Python's nor a sleep.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check truststore==0.10.5

cat > find.py <<'PY'
import ssl
import sys
import time

import truststore

ROUNDS = 5


def cost(context):
    """CPU milliseconds of one wrap_bio(), the context being warm."""

    def wrap():
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")

    wrap()
    start = time.process_time()
    for _ in range(ROUNDS):
        wrap()
    return (time.process_time() - start) * 1000 / ROUNDS


plain, system = cost(ssl.create_default_context()), cost(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
roots = len(ssl.create_default_context().get_ca_certs())
print(f"{roots} roots; wrap_bio(): ssl {plain:.3f} ms, truststore {system:.3f} ms of CPU")
sys.exit(roots < 50 or system < 50 * plain)
PY
venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }

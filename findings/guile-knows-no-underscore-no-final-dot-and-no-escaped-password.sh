#!/bin/bash
# Guile: https://my_host.example.org/, https://example.org./ and https://jo:p%40w@example.org/ are no URIs for string->uri, and it says nothing but #f.
#
# Versions: Guile 3.0.8 (Debian 12: guile-3.0 3.0.8-2), Python 3.11's urllib for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 3986, section 3.2.2: reg-name = *( unreserved / pct-encoded / sub-delims ), so "_" and "%" may stand in it, and the name may end in a
#   dot, which says that it is complete. Section 3.2.1: userinfo may hold each octet as "%" and two digits. Guile's manual builds its URIs on RFC 3986.
# Seen: string->uri returns #f for a host with an underscore, with a final dot and with an escape, and for a password with an escape. It takes the same
#   texts without these. Python finds all the hosts.
# Why it matters: the #f is all that one is told, and http-get ends in an error about the type of #f. Escapes are the only way to write a password
#   with "@" into a URI, and containers and Windows machines often have an underscore in their names.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download guile-3.0=3.0.8-2 guile-3.0-libs=3.0.8-2 libgc1=1:8.2.2-3 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.scm <<'SCM'
(use-modules (ice-9 format) (web uri))
(for-each
 (lambda (text)
   (let ((uri (string->uri text)))
     (format #t "~a\n" (if uri (format #f "~a" (uri-host uri)) "#f"))))
 (cdr (command-line)))
SCM
cat > find.py <<'PY'
import os
import subprocess
import urllib.parse

URIS = (
    "https://my-host.example.org/",
    "https://my_host.example.org/",
    "https://example.org/",
    "https://example.org./",
    "https://ex%61mple.org/",
    "https://jo:pw@example.org/",
    "https://jo:p%40w@example.org/",
)
work = os.getcwd()
arch = f"{work}/usr/lib/x86_64-linux-gnu"
environment = {
    "PATH": os.environ["PATH"],
    "HOME": work,
    "LD_LIBRARY_PATH": arch,
    "GUILE_LOAD_PATH": f"{work}/usr/share/guile/3.0",
    "GUILE_LOAD_COMPILED_PATH": f"{arch}/guile/3.0/ccache",
    "GUILE_AUTO_COMPILE": "0",
}
result = subprocess.run(["usr/bin/guile-3.0", "find.scm", *URIS], env=environment, capture_output=True, text=True, timeout=40)
for uri, line in zip(URIS, result.stdout.splitlines(), strict=True):
    print(f"{uri}\n  Guile: {line}, Python: {urllib.parse.urlsplit(uri).hostname}")
print(result.stderr, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
https://my-host.example.org/
  Guile: my-host.example.org, Python: my-host.example.org
https://my_host.example.org/
  Guile: #f, Python: my_host.example.org
https://example.org/
  Guile: example.org, Python: example.org
https://example.org./
  Guile: #f, Python: example.org.
https://ex%61mple.org/
  Guile: #f, Python: ex%61mple.org
https://jo:pw@example.org/
  Guile: example.org, Python: example.org
https://jo:p%40w@example.org/
  Guile: #f, Python: example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# GCR and p11-kit: a certificate that is valid from 1970 on is valid from 2070 on for them, and one from 1986 on from 2086 on.
#
# Versions: GCR 3.41.1 (Debian 12: libgcr-base-3-1 3.41.1-1+b1), p11-kit's trust module 0.24.1 (p11-kit-modules 0.24.1-2), OpenSSL 3.0 for comparison, with
#   ctypes of Python 3.11. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 4.1.2.5.1, of the two digits of a UTCTime: "Where YY is greater than or equal to 50, the year SHALL be interpreted as 19YY".
# Seen: of a CA's certificate from 1970-01-01 to 2049-12-31 gcr_certificate_get_issued_date() says 2070-01-01, and so does CKA_START_DATE of p11-kit's
#   token; it begins after its end. OpenSSL says 1970. 1986 becomes 2086 as well, while 1999 and 2020 are right.
# Why it matters: devices without a clock, and test CAs, begin their certificates in 1970. GNOME's programs show certificates as GCR has them, and those that
#   choose anchors by their PKCS #11 dates find them not yet valid.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libgcr-base-3-1=3.41.1-1+b1 libgck-1-0=3.41.1-1+b1 p11-kit-modules=0.24.1-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=Test CA" -keyout key.pem -out request.pem 2>openssl.log
cat > ca.cnf <<'TEXT'
[ca]
default_ca = test
[test]
database = database/index
new_certs_dir = database
serial = database/serial
default_md = sha256
policy = policy
unique_subject = no
[policy]
commonName = supplied
[extensions]
basicConstraints = critical, CA:TRUE
TEXT
mkdir -p trust/anchors database
touch database/index
echo 01 >database/serial
for year in 1970 1986 1999 2020; do
    openssl ca -batch -config ca.cnf -extensions extensions -selfsign -in request.pem -keyfile key.pem -startdate "${year}0101000000Z" \
        -enddate 20491231235959Z -notext -out "trust/anchors/$year.pem" 2>>openssl.log
done

cat > find.py <<'PY'
import ctypes
import pathlib
import ssl
import subprocess
import sys

LIBRARIES = pathlib.Path("usr/lib/x86_64-linux-gnu")
pointer, number = ctypes.c_void_p, ctypes.c_ulong
gcr = ctypes.CDLL(LIBRARIES / "libgcr-base-3.so.1")
glib = ctypes.CDLL("libglib-2.0.so.0")
gcr.gcr_simple_certificate_new.restype = pointer
gcr.gcr_simple_certificate_new.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
gcr.gcr_certificate_get_issued_date.restype = pointer
gcr.gcr_certificate_get_issued_date.argtypes = [pointer]
glib.g_date_get_year.argtypes = [pointer]


class Attribute(ctypes.Structure):
    _fields_ = [("type", number), ("value", pointer), ("length", number)]


class Arguments(ctypes.Structure):
    _fields_ = [("mutex", pointer * 4), ("flags", number), ("reserved", ctypes.c_char_p)]


def years_by_p11_kit():
    """CKA_START_DATE of each certificate, by its octets."""
    module = ctypes.CDLL(LIBRARIES / "pkcs11/p11-kit-trust.so")
    table = pointer()
    module.C_GetFunctionList(ctypes.byref(table))
    functions = ctypes.cast(table.value + 8, ctypes.POINTER(pointer))

    def call(index, *arguments):
        kinds = [number if isinstance(argument, int) else pointer for argument in arguments]
        result = ctypes.CFUNCTYPE(number, *kinds)(functions[index])(*arguments)
        assert result == 0, (index, hex(result))

    call(0, ctypes.pointer(Arguments(flags=2, reserved=b"paths='trust'")))
    slots, count, session, kind = (number * 8)(), number(8), number(), number(1)
    call(4, 0, slots, ctypes.pointer(count))
    call(12, slots[0], 4, None, None, ctypes.pointer(session))
    call(26, session.value, ctypes.pointer(Attribute(0, ctypes.cast(ctypes.pointer(kind), pointer), ctypes.sizeof(kind))), 1)
    objects = (number * 50)()
    call(27, session.value, objects, 50, ctypes.pointer(count))

    def get(item, what):
        buffer = ctypes.create_string_buffer(4096)
        attribute = Attribute(what, ctypes.cast(buffer, pointer), len(buffer))
        call(24, session.value, item, ctypes.pointer(attribute), 1)
        return buffer.raw[: attribute.length]

    return {get(item, 0x11): int(get(item, 0x110)[:4]) for item in objects[: count.value]}


by_p11_kit = years_by_p11_kit()
as_stated = True
for path in sorted(pathlib.Path("trust/anchors").iterdir()):
    der = ssl.PEM_cert_to_DER_cert(path.read_text())
    dates = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-startdate"], capture_output=True, check=True, text=True).stdout
    by_gcr = glib.g_date_get_year(gcr.gcr_certificate_get_issued_date(gcr.gcr_simple_certificate_new(der, len(der))))
    print(f"{dates.strip()}; by GCR {by_gcr}, by p11-kit {by_p11_kit[der]}")
    year = int(path.stem)
    as_stated &= f"{year} GMT" in dates and by_gcr == by_p11_kit[der] == (year + 100 if year <= 1986 else year)
sys.exit(not as_stated)
PY
timeout 60 python3 find.py || { echo "CHANGED: see above"; exit 1; }

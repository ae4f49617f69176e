#!/bin/bash
# Pike's LDAP: the filter (userCertificate;binary=*), or (cn;lang-de=Jo), is an "Invalid filter type", and an LDAP URL with an IPv6 address has no port.
#
# Versions: Pike 8.0.1738 (Debian 12: pike8.0-core 8.0.1738-1+b2), ldap3 2.9.1 (PyPI) for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 4515, section 3: the left side of a filter is an attribute description, and that may have options behind semicolons (RFC 4512, section
#   2.5). RFC 4523, section 2: userCertificate is always asked for as userCertificate;binary. RFC 4516, section 2: the host of an LDAP URL is that of
#   RFC 3986, where an IPv6 address stands in brackets. RFC 4515, section 4, has the example (:DN:2.4.6.8.10:=Dino); by RFC 4526 (&) is true.
# Seen: make_filter() takes (cn=Jo), and refuses both filters with an option, the example and (&). parse_ldap_url("ldap://[::1]:389/dc=example") fails
#   with 'Failed to parse port number from ":1]:389"'; of "ldap://[::1]/dc=example", too. ldap3 reads the filters with options and the example, and
#   both URLs.
# Why it matters: all who have a certificate, and names in one language, cannot be asked for, and no server at an IPv6 address be named.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download pike8.0-core=8.0.1738-1+b2 2>apt.log || { cat apt.log; exit 2; }
dpkg -x pike8.0-core_*.deb .
master=$work/usr/lib/pike8.0/master.pike
sed -i "s#\"/usr/lib/pike8.0#\"$work/usr/lib/pike8.0#" "$master"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ldap3==2.9.1 pyasn1==0.6.1

cat > find.pike <<'PIKE'
int main(int argc, array(string) argv)
{
    foreach (argv[1..], string text) {
        mixed error = catch {
            if (has_prefix(text, "ldap"))
                write("host %s\n", Protocols.LDAP.parse_ldap_url(text)->host);
            else
                write("%s\n", String.string2hex(Protocols.LDAP.make_filter(text)->get_der()));
        };
        if (error)
            write("error: %s\n", (describe_error(error) / "\n")[0]);
    }
}
PIKE
cat > find.py <<'PY'
import subprocess
import sys
import urllib.parse

from ldap3.operation.search import compile_filter, parse_filter
from ldap3.utils.asn1 import encode

TEXTS = (
    "(cn=Jo)", "(cn;lang-de=Jo)", "(userCertificate;binary=*)", "(:dn:2.4.6.8.10:=Dino)", "(:DN:2.4.6.8.10:=Dino)", "(&)",
    "ldap://localhost:389/dc=example", "ldap://[::1]:389/dc=example", "ldap://[::1]/dc=example",
)  # fmt: skip


def by_python(text):
    if text.startswith("ldap"):
        return f"host {urllib.parse.urlsplit(text).hostname}, by urllib"
    try:
        return encode(compile_filter(parse_filter(text, None, False, False, None, False).elements[0])).hex() + ", by ldap3"
    except Exception as error:
        return f"{type(error).__name__}, by ldap3"


result = subprocess.run(["usr/bin/pike8.0", f"-m{sys.argv[1]}", "find.pike", *TEXTS], stdout=subprocess.PIPE, text=True, timeout=30)
for text, line in zip(TEXTS, result.stdout.splitlines(), strict=True):
    print(f"{text}\n    Pike:   {line}\n    Python: {by_python(text)}")
PY
timeout 60 venv/bin/python find.py "$master" >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
(cn=Jo)
    Pike:   a3080402636e04024a6f
    Python: a3080402636e04024a6f, by ldap3
(cn;lang-de=Jo)
    Pike:   error: Invalid filter type in the expression starting at "(cn;lang-de=Jo)".
    Python: a310040a636e3b6c616e672d646504024a6f, by ldap3
(userCertificate;binary=*)
    Pike:   error: Invalid filter type in the expression starting at "(userCertificate;binary=*)".
    Python: 87167573657243657274696669636174653b62696e617279, by ldap3
(:dn:2.4.6.8.10:=Dino)
    Pike:   a915810a322e342e362e382e3130830444696e6f8401ff
    Python: a915810a322e342e362e382e3130830444696e6f8401ff, by ldap3
(:DN:2.4.6.8.10:=Dino)
    Pike:   error: Error parsing matching rule identifier in the expression starting at "(:DN:2.4.6.8.10:=Dino)".
    Python: a915810a322e342e362e382e3130830444696e6f8401ff, by ldap3
(&)
    Pike:   error: Expected opening parenthesis at the start of ")".
    Python: LDAPInvalidFilterError, by ldap3
ldap://localhost:389/dc=example
    Pike:   host localhost
    Python: host localhost, by urllib
ldap://[::1]:389/dc=example
    Pike:   error: Failed to parse port number from ":1]:389".
    Python: host ::1, by urllib
ldap://[::1]/dc=example
    Pike:   error: Failed to parse port number from ":1]".
    Python: host ::1, by urllib
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

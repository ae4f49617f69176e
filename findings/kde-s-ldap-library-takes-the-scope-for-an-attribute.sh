#!/bin/bash
# KDE's KLDAP: of "ldap://example.org/dc=example??sub?(cn=Jo)" the attribute is "sub", the scope is base, and the filter is (objectClass=*).
#
# Versions: KLDAP 22.12.3 (Debian 12: libkf5ldap5abi1, libkf5ldap-dev 22.12.3-1, Qt 5.15.8, KDE Frameworks 5.103.0), ldap3 2.9.1 (PyPI) for
#   comparison. Wants `apt-get update` beforehand, and g++.
# Expected: RFC 4516, section 2: ldapurl = scheme "://" [host] ["/" dn ["?" [attributes] ["?" [scope] ["?" [filter] ["?" extensions]]]]]: each part
#   may be empty, and keeps its place. Its examples have "??sub?(cn=Babs Jensen)". RFC 2849, note 8: a value that begins with a space "MUST be
#   base-64 encoded".
# Seen: LdapUrl::parseQuery() leaves empty parts out before it counts. With attributes, "?cn?sub?(cn=Jo)", all is as it should be; without, the
#   scope becomes an attribute, and the search is of the entry alone and for everything. Ldif::assembleLine() writes " Jo" as "cn:  Jo", which is
#   read as "Jo".
# Why it matters: URLs without attributes are the common ones, in address books, certificates' CRL distribution points and referrals.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {libkf5ldap5abi1,libkf5ldap-dev}=22.12.3-1 libkf5{authcore5,coreaddons5,crash5,dbusaddons5,i18n5,service5,widgetsaddons5}=5.103.0-1 \
    libkf5configcore5=5.103.0-2 libkf5kiocore5=5.103.0-1+deb12u1 libqt5{core5a,dbus5,gui5,network5,widgets5,xml5}=5.15.8+dfsg-11+deb12u3 \
    qtbase5-dev=5.15.8+dfsg-11+deb12u3 libqt5x11extras5=5.15.8-2 libqt5keychain1=0.13.2-5 libdouble-conversion3=3.2.1-1 \
    libpcre2-16-0=10.42-1+deb12u2 libmd4c0=0.4.8-1 libldap-2.5-0=2.5.13+dfsg-5 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ldap3==2.9.1

cat > find.cpp <<'CPP'
#include <QUrl>
#include <cstdio>
#include <kldap/ldapdn.h>
#include <kldap/ldapurl.h>
#include <kldap/ldif.h>

int main(int count, char **arguments)
{
    for (int number = 1; number < count; number++) {
        KLDAP::LdapUrl url{QUrl(QString::fromUtf8(arguments[number]))};
        url.parseQuery();
        const char *scope = url.scope() == KLDAP::LdapUrl::Base ? "base" : url.scope() == KLDAP::LdapUrl::One ? "one" : "sub";
        printf("attributes %s, scope %s, filter %s\n", url.attributes().join(QLatin1Char(' ')).toUtf8().constData(), scope,
               url.filter().toUtf8().constData());
    }
    printf("\"%s\"\n", KLDAP::Ldif::assembleLine(QStringLiteral("cn"), QByteArray(" Jo"), 76).constData());
}
CPP
include=usr/include/x86_64-linux-gnu/qt5
libraries=usr/lib/x86_64-linux-gnu
g++ -fPIC -w -std=c++17 -Iusr/include/KF5/KLDAP -I$include -I$include/QtCore \
    find.cpp -o find $libraries/libKF5Ldap.so.5abi1 $libraries/libQt5Core.so.5 -Wl,--unresolved-symbols=ignore-in-shared-libs
cat > find.py <<'PY'
import subprocess

from ldap3.utils.uri import parse_uri

URLS = [f"ldap://example.org/dc=example{query}" for query in ("?cn?sub?(cn=Jo)", "??sub?(cn=Jo)", "?cn??(cn=Jo)", "")]
seen = subprocess.run(["./find", *URLS], stdout=subprocess.PIPE, text=True, timeout=20).stdout.splitlines()
for url, line in zip(URLS, seen):
    right = parse_uri(url)
    print(f"{url}\n    ldap3: attributes {right['attributes']}, scope {right['scope']}, filter {right['filter']}\n    KLDAP: {line}")
print("KLDAP's LDIF:", seen[-1])
PY
export LD_LIBRARY_PATH=$work/$libraries LC_ALL=C.UTF-8
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
ldap://example.org/dc=example?cn?sub?(cn=Jo)
    ldap3: attributes ['cn'], scope SUBTREE, filter (cn=Jo)
    KLDAP: attributes cn, scope sub, filter (cn=Jo)
ldap://example.org/dc=example??sub?(cn=Jo)
    ldap3: attributes None, scope SUBTREE, filter (cn=Jo)
    KLDAP: attributes sub, scope base, filter (objectClass=*)
ldap://example.org/dc=example?cn??(cn=Jo)
    ldap3: attributes ['cn'], scope , filter (cn=Jo)
    KLDAP: attributes cn, scope base, filter (cn=Jo)
ldap://example.org/dc=example
    ldap3: attributes None, scope None, filter None
    KLDAP: attributes , scope base, filter (objectClass=*)
KLDAP's LDIF: "cn:  Jo"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# KDE's KContacts: of C:\new in a note it makes "C:\", a line break and "ew", and a semicolon in a street makes it the city for others.
#
# Versions: KContacts 5.103.0 (Debian 12: libkf5contacts5, libkf5contacts-dev 5:5.103.0-1, Qt 5.15.8 and what they need), vobject 0.9.9 (PyPI) for
#   comparison. Wants `apt-get update` beforehand, and g++.
# Expected: RFC 2426, section 4, and RFC 6350, section 3.4: "\\" is a backslash and "\n" a line break, from left to right; a comma or a semicolon in
#   a part is "\," or "\;". RFC 6350, section 6.7.1: CATEGORIES is a list, and "a\,b" one entry. Section 3.3: a line may begin with a group,
#   "item1.EMAIL", as Apple's address book writes it.
# Seen: read by VCardConverter "C:\\new" has lost its n to a line break, "a\,b" is two categories, and an address of mail in a group is not among
#   emails(). Written, the street "1 Main Street; Back" has two backslashes and a semicolon, so that its second half is the city for vobject; the
#   comma of a web address has got a backslash. ADR has a parameter without a value, "TYPE".
# Why it matters: a contact that KAddressBook has stored on a DAV server has another address for the telephone that reads it there, and no path in
#   its notes survives.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {libkf5contacts5,libkf5contacts-dev}=5:5.103.0-1 libkf5{codecs5,coreaddons5,i18n5,i18nlocaledata5}=5.103.0-1 \
    libkf5configcore5=5.103.0-2 {libqt5core5a,libqt5dbus5,libqt5gui5,qtbase5-dev}=5.15.8+dfsg-11+deb12u3 libdouble-conversion3=3.2.1-1 \
    libpcre2-16-0=10.42-1+deb12u2 libmd4c0=0.4.8-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check vobject==0.9.9

cat > find.cpp <<'CPP'
#include <KContacts/Addressee>
#include <KContacts/VCardConverter>
#include <QFile>
#include <cstdio>

static void print(const char *what, const QString &text)
{
    printf("    %s: %s\n", what, QString(text).replace(QLatin1Char('\n'), QLatin1String("<line break>")).toUtf8().constData());
}

int main(int, char **argv)
{
    QFile file(QString::fromUtf8(argv[1]));
    file.open(QIODevice::ReadOnly);
    KContacts::VCardConverter converter;
    KContacts::Addressee contact = converter.parseVCards(file.readAll()).value(0);
    print("note", contact.note());
    print("categories", contact.categories().join(QLatin1String(" | ")));
    print("mail", contact.emails().join(QLatin1String(" | ")));
    print("street", contact.addresses().value(0).street());
    print("city", contact.addresses().value(0).locality());
    QFile written(QString::fromUtf8(argv[2]));
    written.open(QIODevice::WriteOnly);
    written.write(converter.createVCards({contact}, KContacts::VCardConverter::v3_0));
}
CPP
include=usr/include/x86_64-linux-gnu/qt5
libraries=usr/lib/x86_64-linux-gnu
g++ -fPIC -w -std=c++17 -Iusr/include/KF5/KContacts -I$include -I$include/QtCore -I$include/QtGui \
    find.cpp -o find $libraries/libKF5Contacts.so.5 $libraries/libQt5Core.so.5 -Wl,--unresolved-symbols=ignore-in-shared-libs
cat > first.txt <<'TEXT'
BEGIN:VCARD
VERSION:3.0
FN:Jo Doe
N:Doe;Jo;;;
NOTE:See C:\\new
CATEGORIES:a\,b,c
EMAIL:jo@example.org
item1.EMAIL:ann@example.org
ADR:;;1 Main Street\; Back;Springfield;IL;12345;USA
URL:https://example.org/a,b
END:VCARD
TEXT
sed 's/$/\r/' first.txt >first.vcf
cat > find.py <<'PY'
import subprocess

import vobject

for name, other in (("first.vcf", "second.vcf"), ("second.vcf", "third.vcf")):
    with open(name, newline="") as file:
        text = file.read()
    card = vobject.readOne(text)
    print(f"{name} for vobject")
    print("    note:", card.note.value)
    print("    categories:", " | ".join(card.categories.value))
    print("    mail:", " | ".join(mail.value for mail in card.contents["email"]))
    print("    street:", card.adr.value.street)
    print("    city:", card.adr.value.city)
    print(f"{name} for KContacts")
    print(subprocess.run(["./find", name, other], stdout=subprocess.PIPE, text=True, timeout=20).stdout, end="")
with open("second.vcf", newline="") as file:
    print("\n".join(line for line in file.read().splitlines() if line.startswith(("ADR", "URL"))))
PY
export LD_LIBRARY_PATH=$work/$libraries QT_LOGGING_RULES='*=false' LC_ALL=C.UTF-8
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
first.vcf for vobject
    note: See C:\new
    categories: a,b | c
    mail: jo@example.org | ann@example.org
    street: 1 Main Street; Back
    city: Springfield
first.vcf for KContacts
    note: See C:\<line break>ew
    categories: a | b | c
    mail: jo@example.org
    street: 1 Main Street; Back
    city: Springfield
second.vcf for vobject
    note: See C:\
ew
    categories: a | b | c
    mail: jo@example.org | ann@example.org
    street: 1 Main Street\
    city:  Back
second.vcf for KContacts
    note: See C:\<line break>ew
    categories: a | b | c
    mail: jo@example.org
    street: 1 Main Street; Back
    city: Springfield
ADR;TYPE:;;1 Main Street\\; Back;Springfield;IL;12345;USA
URL:https://example.org/a\,b
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# PHP's Net_LDAP2: LDIF that it writes with encode => 'none' has no "dn:", empty values are lost, and canonical_dn() of a name is the name of another entry.
#
# Versions: Net_LDAP2 2.2.1 and PHP 8.2.36 (Debian 12: php-net-ldap2 2.2.1-1, php8.2-ldap and php8.2-cli 8.2.36-1~deb12u1, php-pear). Wants `apt-get update`
#   beforehand.
# Expected: RFC 2849: a record begins with "dn:"; FILL, after a colon, is any number of spaces, none included; a value may be empty. Net_LDAP2_LDIF's
#   documentation: encode is one of 'none', 'canonical' and 'base64'. RFC 4514, section 2.4: "\," in a distinguished name is a comma, and "\C3\B6" are two
#   octets. canonical_dn() "Returns the given DN in a canonical form", which is a name of the same entry.
# Seen: with 'none' and 'canonical' the first line of a record is the bare name, and the class cannot read what it has written. With each of the three
#   an empty value is written as two spaces, and read as no value; "cn:c", without a space, is an entry without attributes. canonical_dn() escapes the
#   backslashes that escape: "Example\\\, Inc." is Example, a backslash, a comma, and Inc.; and so it is for what ldap_explode_dn() has taken apart.
# Why it matters: such exports cannot be imported by anybody, and a name that canonical_dn() has made leads to another entry, or to none.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-net-ldap2=2.2.1-1 php8.2-ldap=8.2.36-1~deb12u1 php8.2-cli=8.2.36-1~deb12u1 php-pear=1:1.10.13+submodules+notgz+2022032202-2 \
    libldap-2.5-0=2.5.13+dfsg-5 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

cat > find.php <<'PHP'
<?php
require 'Net/LDAP2.php';

function readAll($file)
{
    $ldif = new Net_LDAP2_LDIF($file, 'r');
    while (!$ldif->eof()) {
        $entry = $ldif->read_entry();
        echo "read from $file: ";
        if (PEAR::isError($entry) || !$entry) {
            echo "nothing\n";
            break;
        }
        echo $entry->dn(), ' ', json_encode($entry->getValues(), JSON_UNESCAPED_SLASHES), "\n";
    }
}

$entry = Net_LDAP2_Entry::createFresh('cn=user,dc=example', ['cn' => 'user', 'description' => ['', 'text']]);
foreach (['base64', 'none', 'canonical'] as $encode) {
    $ldif = new Net_LDAP2_LDIF($encode, 'w', ['encode' => $encode]);
    $ldif->write_entry([$entry]);
    $ldif->done();
    echo "$encode: ", json_encode(file_get_contents($encode)), "\n";
    readAll($encode);
}
file_put_contents('given.ldif', "dn: cn=c,dc=example\ncn:c\n");
readAll('given.ldif');

foreach (['cn=Example\, Inc.,dc=example', 'cn=\C3\B6,dc=example', 'cn=plain,dc=example'] as $name) {
    $options = ['casefold' => 'none'];
    echo "$name: ", Net_LDAP2_Util::canonical_dn($name, $options);
    echo ', from its parts: ', Net_LDAP2_Util::canonical_dn(Net_LDAP2_Util::ldap_explode_dn($name, $options), $options), "\n";
}
PHP
usr/bin/php8.2 -n -d include_path=usr/share/php -d extension_dir="$work/usr/lib/php/20220829" -d extension=ldap.so -d display_errors=0 find.php >seen
cat seen
cat > expected <<'TEXT'
base64: "dn: cn=user,dc=example\ncn: user\ndescription:  \ndescription: text\n\n"
read from base64: cn=user,dc=example {"cn":"user","description":"text"}
none: "cn=user,dc=example\ncn: user\ndescription:  \ndescription: text\n\n"
read from none: nothing
canonical: "cn=user,dc=example\ncn: user\ndescription:  \ndescription: text\n\n"
read from canonical: nothing
read from given.ldif: cn=c,dc=example []
cn=Example\, Inc.,dc=example: cn=Example\\\, Inc.,dc=example, from its parts: cn=Example\\\, Inc.,dc=example
cn=\C3\B6,dc=example: cn=\\C3\\B6,dc=example, from its parts: cn=ö,dc=example
cn=plain,dc=example: cn=plain,dc=example, from its parts: cn=plain,dc=example
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# PHP's Horde_Mail: of the recipients "a@example.org, jo@[IPv6:2001:db8::1], b@example.org" the first is left, and jo@[192.0.2.1] loses its brackets.
#
# Versions: Horde_Mail 2.6.6 (Debian 12: php-horde-mail 2.6.6-5 with php-horde-exception, -translation, -listheaders, -mime, -stream, -idna, -util and
#   -support), PHP 8.2.36 (php8.2-cli 8.2.36-1~deb12u1), Python 3.11 for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 5321, section 4.1.3: instead of a domain an address may have a literal in brackets, [192.0.2.1] or [IPv6:2001:db8::1], and 192.0.2.1
#   without them is none. parseAddressList() is there for lists of such addresses; only with 'validate' would it refuse any.
# Seen: behind an IPv6 literal the rest of the list is lost, the address itself as well, and there is no error. The brackets of an IPv4 literal are
#   lost, so that what is written is the name of a host that cannot exist. Python reads all of them.
# Why it matters: IMP and whatever else sends with it sends to fewer people than stand in the field, and says that all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-horde-mail=2.6.6-5 php-horde-exception=2.0.8-10 php-horde-translation=2.2.2-7 php-horde-listheaders=1.2.5-7 php-horde-mime=2.11.2-2 \
    php-horde-stream=1.6.3-10 php-horde-idna=1.1.2-6 php-horde-util=2.5.12-2 php-horde-support=2.2.2-2 php8.2-cli=8.2.36-1~deb12u1 \
    php8.2-common=8.2.36-1~deb12u1 php8.2-mbstring=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
spl_autoload_register(function ($class) {
    $file = str_replace('_', '/', $class) . '.php';
    if (stream_resolve_include_path($file)) {
        require_once $file;
    }
});
foreach (array_slice($argv, 1) as $text) {
    $list = (new Horde_Mail_Rfc822())->parseAddressList($text);
    echo $list->writeAddress(), "\n";
}
PHP
cat > find.py <<'PY'
import email.utils
import os
import subprocess

LISTS = (
    "a@example.org, jo@example.org, b@example.org",
    "a@example.org, jo@[192.0.2.1], b@example.org",
    "a@example.org, jo@[IPv6:2001:db8::1], b@example.org",
)
command = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", f"extension_dir={os.getcwd()}/usr/lib/php/20220829"]
command += ["-d", "extension=mbstring.so", "-d", "extension=iconv.so", "-d", "extension=ctype.so", "-d", "error_reporting=1", "find.php", *LISTS]
result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
for text, line in zip(LISTS, result.stdout.splitlines(), strict=True):
    print(f"{text}\n    Horde_Mail: {line}\n    Python:     {', '.join(address for _, address in email.utils.getaddresses([text]))}")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
a@example.org, jo@example.org, b@example.org
    Horde_Mail: a@example.org, jo@example.org, b@example.org
    Python:     a@example.org, jo@example.org, b@example.org
a@example.org, jo@[192.0.2.1], b@example.org
    Horde_Mail: a@example.org, jo@192.0.2.1, b@example.org
    Python:     a@example.org, jo@[192.0.2.1], b@example.org
a@example.org, jo@[IPv6:2001:db8::1], b@example.org
    Horde_Mail: a@example.org
    Python:     a@example.org, jo@[IPv6:2001:db8::1], b@example.org
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# Horde_Mime and Tcllib: if a blank follows a boundary, the attachment behind it is a part of the text before, or the text before is lost.
#
# Versions: Horde_Mime 2.11.2 (Debian 12: php-horde-mime 2.11.2-2, and the packages of Horde below), PHP 8.2.36 (php8.2-cli 8.2.36-1~deb12u1), Tcllib
#   1.21 (tcllib 1.21+dfsg-1), Tcl 8.6.13, Python 3.11 for comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2046, section 5.1.1: a delimiter is "--", the boundary, and transport-padding, blanks and tabs that receivers "MUST be able to handle".
# Seen: of a mail with a text and an attachment and two blanks behind the second boundary Horde_Mime has one part, whose text goes on with the boundary,
#   the header of the attachment and its data; with the blanks behind the first boundary it is the text that is lost, as if it were a preamble. Tcllib
#   does the same. Python reads both parts.
# Why it matters: mail gateways and old clients pad lines; the attachment is not there in a webmail that uses this, and what was sent as a file stands
#   in base64 below the text.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-horde-mime=2.11.2-2 php-horde-exception=2.0.8-10 php-horde-translation=2.2.2-7 php-horde-listheaders=1.2.5-7 \
    php-horde-stream=1.6.3-10 php-horde-stream-filter=2.0.5-1 php-horde-mail=2.6.6-5 php-horde-idna=1.1.2-6 php-horde-util=2.5.12-2 \
    php-horde-support=2.2.2-2 php-horde-text-flowed=2.0.4-3 {php8.2-cli,php8.2-common,php8.2-mbstring}=8.2.36-1~deb12u1 tcllib=1.21+dfsg-1 \
    {tcl8.6,libtcl8.6}=8.6.13+dfsg-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
error_reporting(E_ERROR);
spl_autoload_register(function ($class) {
    $file = str_replace('_', '/', $class) . '.php';
    if (stream_resolve_include_path($file)) {
        require_once $file;
    }
});
$parts = [];
foreach (Horde_Mime_Part::parseMessage(stream_get_contents(STDIN))->partIterator() as $part) {
    if ($part->getPrimaryType() != 'multipart') {
        $parts[] = [$part->getName(), strtr(trim($part->getContents()), ["\r" => '']), (string)$part->getContentTypeParameter('charset')];
    }
}
echo json_encode($parts);
PHP
cat > find.tcl <<'TCL'
package require mime
fconfigure stdin -translation binary
set token [mime::initialize -string [read stdin]]
foreach part [mime::getproperty $token parts] {
    array unset properties
    array set properties [list params {} {*}[mime::getproperty $part]]
    array set params [list name {} charset {} {*}$properties(params)]
    puts [list $params(name) [string map {\n " / "} [string trim [mime::getbody $part]]] $params(charset)]
    array unset params
}
TCL
cat > find.py <<'PY'
import email
import email.policy
import json
import os
import subprocess

MAIL = """From: jo@example.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=border

--border%s
Content-Type: text/plain; charset=iso-8859-1

the text
--border%s
Content-Type: text/csv; name=file
Content-Transfer-Encoding: base64

ZGF0YQ==
--border--
"""
LIB = f"{os.getcwd()}/usr/lib/x86_64-linux-gnu"
PHP = ["usr/bin/php8.2", "-n", "-d", "include_path=usr/share/php", "-d", f"extension_dir={os.getcwd()}/usr/lib/php/20220829"]
PHP += ["-d", "extension=mbstring.so", "-d", "extension=iconv.so", "-d", "extension=ctype.so", "find.php"]
TCL = {**os.environ, "LD_LIBRARY_PATH": LIB, "TCL_LIBRARY": "usr/share/tcltk/tcl8.6", "TCLLIBPATH": f"{os.getcwd()}/usr/share/tcltk/tcllib1.21"}


def run(command, text, environment=None):
    result = subprocess.run(command, input=text, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    return result.stdout.decode("latin-1").strip()


for case, words in {
    "as usual": ("", ""),
    "two blanks behind the first boundary": ("  ", ""),
    "two blanks behind the second boundary": ("", "  "),
}.items():
    text = (MAIL % words).replace("\n", "\r\n").encode()
    parts = email.message_from_bytes(text, policy=email.policy.default).iter_parts()
    python = [[part.get_param("name", ""), part.get_content().strip(), part.get_content_charset("")] for part in parts]
    print(f"{case}\n    Python:     {json.dumps(python)}\n    Horde_Mime: {run(PHP, text)}")
    print("    Tcllib:    ", " | ".join(run(["usr/bin/tclsh8.6", "find.tcl"], text.replace(b"\r", b""), TCL).splitlines()))
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
as usual
    Python:     [["", "the text", "iso-8859-1"], ["file", "data", ""]]
    Horde_Mime: [[null,"the text","iso-8859-1"],["file","data",""]]
    Tcllib:     {} {the text} iso-8859-1 | file data {}
two blanks behind the first boundary
    Python:     [["", "the text", "iso-8859-1"], ["file", "data", ""]]
    Horde_Mime: [["file","data",""]]
    Tcllib:     file data {}
two blanks behind the second boundary
    Python:     [["", "the text", "iso-8859-1"], ["file", "data", ""]]
    Horde_Mime: [[null,"the text\n--border  \nContent-Type: text\/csv; name=file\nContent-Transfer-Encoding: base64\n\nZGF0YQ==","iso-8859-1"]]
    Tcllib:     {} {the text / --border   / Content-Type: text/csv; name=file / Content-Transfer-Encoding: base64 /  / ZGF0YQ==} iso-8859-1
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# PHP's Httpful: the JSON answer 0 is null, "application/json ;charset=utf-8" and "Application/JSON" are not read at all, and two cookies are one.
#
# Versions: Httpful 0.3.2 (Debian 12: php-httpful 0.3.2-2), PHP 8.2.36 (php8.2-cli, php8.2-common 8.2.36-1~deb12u1), Python 3.11 for comparison. Wants
#   `apt-get update` beforehand.
# Expected: RFC 8259, section 2: a JSON text is any value, 0 too. RFC 9110, section 8.3.1: types are case-insensitive, and blanks may stand at the semicolon;
#   a parameter's value may be in quotation marks, which do not belong to it. Section 5.3: Set-Cookie fields must not be joined into one, "since a comma
#   might be part of" it. Its documentation: the body is parsed by the Content-Type of the answer.
# Seen: what PHP's empty() calls empty is null, "0" as well. The type is compared as it is, with capitals and with the blank, and the body is then a string.
#   charset is '"utf-8"' with its quotation marks. $response->headers["Set-Cookie"] has both cookies with a comma between them, and there is no other way to
#   them.
# Why it matters: a counter that is at zero seems to be missing; an answer is a string or an object by how the server spells its type; of a date with a comma
#   in it the second cookie cannot be told.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download php-httpful=0.3.2-2 {php8.2-cli,php8.2-common}=8.2.36-1~deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
spl_autoload_register(function ($class) {
    require 'usr/share/php/' . str_replace('\\', '/', $class) . '.php';
});
foreach (json_decode(file_get_contents('answers.json')) as [$type, $body]) {
    $response = new Httpful\Response($body, "HTTP/1.1 200 OK\r\nContent-Type: $type\r\n", Httpful\Request::init());
    echo "Httpful $type, $body: ", json_encode($response->body), ", charset ", $response->charset, "\n";
}
$headers = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Expires=Mon, 11 Jan 2027 09:00:00 GMT\r\nSet-Cookie: b=2\r\n";
echo "Httpful cookies: ", json_encode((new Httpful\Response('', $headers, Httpful\Request::init()))->headers['Set-Cookie']), "\n";
PHP
cat > answers.json <<'TEXT'
[["application/json", "{\"a\": 1}"], ["application/json", "1"], ["application/json", "0"], ["Application/JSON", "{\"a\": 1}"],
 ["application/json ;charset=utf-8", "{\"a\": 1}"], ["application/json; charset=\"utf-8\"", "{\"a\": 1}"]]
TEXT
cat > find.py <<'PY'
import json
from email.message import Message

for kind, body in json.load(open("answers.json")):
    headers = Message()
    headers["Content-Type"] = kind
    value = json.loads(body) if headers.get_content_type() == "application/json" else body
    print(f"Python {kind}, {body}: {json.dumps(value)}, charset {headers.get_content_charset('utf-8')}")
PY
{
    timeout 20 usr/bin/php8.2 -n -d error_reporting=1 -d extension_dir=usr/lib/php/20220829 -d extension=ctype.so find.php
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Httpful application/json, {"a": 1}: {"a":1}, charset utf-8
Httpful application/json, 1: 1, charset utf-8
Httpful application/json, 0: null, charset utf-8
Httpful Application/JSON, {"a": 1}: "{\"a\": 1}", charset utf-8
Httpful application/json ;charset=utf-8, {"a": 1}: "{\"a\": 1}", charset utf-8
Httpful application/json; charset="utf-8", {"a": 1}: {"a":1}, charset "utf-8"
Httpful cookies: "a=1; Expires=Mon, 11 Jan 2027 09:00:00 GMT,b=2"
Python application/json, {"a": 1}: {"a": 1}, charset utf-8
Python application/json, 1: 1, charset utf-8
Python application/json, 0: 0, charset utf-8
Python Application/JSON, {"a": 1}: {"a": 1}, charset utf-8
Python application/json ;charset=utf-8, {"a": 1}: {"a": 1}, charset utf-8
Python application/json; charset="utf-8", {"a": 1}: {"a": 1}, charset utf-8
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

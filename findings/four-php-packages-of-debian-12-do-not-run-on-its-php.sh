#!/bin/bash
# Debian 12's PHP 8.2: Net_FTP, Net_URL and HTTP_WebDAV_Server cannot be loaded, and no Net_IMAP object can be made; Net_URL2 and Net_NNTP work.
#
# Versions: PHP 8.2.36 (php8.2-cli and php8.2-common 8.2.36-1~deb12u1) and Net_IMAP 1.1.3, Net_FTP 1.4.0, Net_URL 1.0.15, HTTP_WebDAV_Server 1.0.0RC8
#   (Debian 12: php-net-imap 1:1.1.3-2.1, php-net-ftp 1:1.4.0-2.1, php-net-url 1.0.15-4.1, php-http-webdav-server 1.0.0RC8-1.1), with php-pear
#   1:1.10.13+submodules+notgz+2022032202-2, php-net-socket 1.2.2-2, php-net-url2 2.2.1-0.2, php-net-nntp 1.5.0-2.1. Wants `apt-get update`.
# Expected: each of the packages depends on PHP, and the PHP of Debian 12 is 8.2. The manual of PHP: $text{0} for a letter of a text is deprecated
#   since 7.4 and gone in 8.0; a method with the name of its class is no constructor any more since 8.0.
# Seen: three are no valid PHP, "Array and string offset access syntax with curly braces is no longer supported". Net_IMAP's constructor calls
#   Net_IMAPProtocol(), which is not there: "Call to undefined method Net_IMAP::Net_IMAPProtocol()", before any connection.
#   Net_URL2 and Net_NNTP_Client, from the same archive, work.
# Why it matters: installing them says nothing; who upgrades a server from Debian 11, where PHP is 7.4, has programs for mail, files and WebDAV that
#   end in a fatal error.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {php8.2-cli,php8.2-common}=8.2.36-1~deb12u1 php-pear=1:1.10.13+submodules+notgz+2022032202-2 php-net-socket=1.2.2-2 \
    php-net-imap=1:1.1.3-2.1 php-net-ftp=1:1.4.0-2.1 php-net-url=1.0.15-4.1 php-http-webdav-server=1.0.0RC8-1.1 php-net-url2=2.2.1-0.2 \
    php-net-nntp=1.5.0-2.1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.php <<'PHP'
<?php
error_reporting(E_ERROR | E_PARSE | E_COMPILE_ERROR);
require $argv[1];
new $argv[2](...array_slice($argv, 3));
echo "an object of $argv[2]\n";
PHP
try() {
    timeout 20 usr/bin/php8.2 -n -d include_path=usr/share/php -d log_errors=0 -d html_errors=0 find.php "$@" 2>&1 | grep -v '^$' | head -n 1 |
        sed "s|$work/||; s| in usr/.*||; s|^|$2: |"
}
{
    try Net/URL2.php Net_URL2 https://example.org/
    try Net/NNTP/Client.php Net_NNTP_Client
    try Net/IMAP.php Net_IMAP
    try Net/FTP.php Net_FTP
    try Net/URL.php Net_URL https://example.org/
    try HTTP/WebDAV/Server.php HTTP_WebDAV_Server
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
Net_URL2: an object of Net_URL2
Net_NNTP_Client: an object of Net_NNTP_Client
Net_IMAP: Fatal error: Uncaught Error: Call to undefined method Net_IMAP::Net_IMAPProtocol()
Net_FTP: Fatal error: Array and string offset access syntax with curly braces is no longer supported
Net_URL: Fatal error: Array and string offset access syntax with curly braces is no longer supported
HTTP_WebDAV_Server: Fatal error: Array and string offset access syntax with curly braces is no longer supported
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# Free Pascal: a program made with Debian 12's compiler speaks no HTTPS on Debian 12, as it does not look for OpenSSL 3, unless libssl-dev is there.
#
# Versions: Free Pascal 3.2.2 (Debian 12: fp-compiler-3.2.2, fp-units-rtl, -base, -fcl and -net 3.2.2+dfsg-20), libssl3 of Debian 12, Python 3.11 as the
#   server. Wants `apt-get update` beforehand, and as, ld and gcc's start files to link.
# Expected: the packages come with the units fphttpclient and opensslsockets, which are for HTTPS with OpenSSL. Debian 12 has one OpenSSL, 3.0, whose
#   library is libssl.so.3.
# Seen: the program asks the loader for libssl.so and for that name with .11, .10, .1.1 and fifteen older numbers, and not with .3. libssl.so without a number
#   comes with libssl-dev. Where there is none, Get() raises EInOutError, "Could not initialize OpenSSL library"; with a link of that name to libssl.so.3
#   the answer is 200. None of the packages names OpenSSL in its Depends, Recommends or Suggests.
# Why it matters: programs work on their developer's machine, and not where they are installed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download fp-compiler-3.2.2=3.2.2+dfsg-20 fp-units-rtl-3.2.2=3.2.2+dfsg-20 fp-units-base-3.2.2=3.2.2+dfsg-20 fp-units-fcl-3.2.2=3.2.2+dfsg-20 \
    fp-units-net-3.2.2=3.2.2+dfsg-20 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout key.pem -out cert.pem 2>openssl.log

cat > client.pas <<'PASCAL'
program client;
{$mode objfpc}{$h+}
uses sysutils, fphttpclient, opensslsockets;
begin
  with TFPHTTPClient.Create(nil) do
  try
    try
      Get(ParamStr(1));
      writeln(ResponseStatusCode);
    except
      on error: Exception do writeln(error.ClassName, ': ', error.Message);
    end;
  finally
    Free;
  end;
end.
PASCAL
fpc=usr/lib/x86_64-linux-gnu/fpc/3.2.2
$fpc/ppcx64 -n "-Fu$fpc/units/x86_64-linux/*" "-Fl$(dirname "$(gcc -print-file-name=crti.o)")" "-Fl$(dirname "$(gcc -print-libgcc-file-name)")" \
    client.pas >fpc.log 2>&1 || { cat fpc.log; exit 2; }

# Two folders that the loader looks into first: in the one libssl.so is no library, as if there were none, in the other it is OpenSSL 3.
mkdir without with
touch without/libssl.so without/libcrypto.so
ln -s "$(ldconfig -p | awk '$1 == "libssl.so.3" { print $NF; exit }')" with/libssl.so
ln -s "$(ldconfig -p | awk '$1 == "libcrypto.so.3" { print $NF; exit }')" with/libcrypto.so

port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
timeout 60 openssl s_server -accept "127.0.0.1:$port" -cert cert.pem -key key.pem -quiet -www >server.log 2>&1 &
server=$!
for _ in $(seq 100); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>connect.log && break
    sleep 0.1
done
{
    for folder in without with; do
        echo "$folder libssl.so: $(LD_LIBRARY_PATH=$work/$folder timeout 20 ./client "https://localhost:$port/")"
    done
    LD_DEBUG=libs LD_LIBRARY_PATH=$work/without timeout 20 ./client "https://localhost:$port/" >client.log 2>loader.log
    grep -o 'find library=libssl[^ ]*' loader.log | cut -d= -f2 | sort -u >names
    echo "names asked for: $(wc -l <names), libssl.so.1.1 among them: $(grep -cx 'libssl.so.1.1' names), libssl.so.3: $(grep -cx 'libssl.so.3' names || true)"
    echo "packages that name OpenSSL: $(for package in *.deb; do dpkg-deb -f "$package" Depends Recommends Suggests; done | grep -c ssl || true)"
} >seen
kill $server
wait $server || true
cat seen
cat > expected <<'TEXT'
without libssl.so: EInOutError: Could not initialize OpenSSL library
with libssl.so: 200
names asked for: 19, libssl.so.1.1 among them: 1, libssl.so.3: 0
packages that name OpenSSL: 0
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

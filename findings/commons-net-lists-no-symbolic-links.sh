#!/bin/bash
# Apache Commons Net: what an FTP server calls "type=OS.unix=slink:/target", as in the RFC, or "unique=YQ==", is not in the list of mlistDir().
#
# Versions: Commons Net 3.9.0 (Debian 12: libcommons-net-java 3.9.0-1), Python 3.11's ftplib for comparison and Python as the server. Wants
#   `apt-get update` beforehand, and a JDK (17).
# Expected: RFC 3659, section 7.2: fact = factname "=" value, and a value is any characters but ";" and blank, so it may hold "=". Section 7.5.1.5: the
#   type may be OS.name=type, and among the examples in section 7.7 is "Type=OS.unix=slink:/foobar". Commons Net's manual has mlistDir() list the
#   files of a directory.
# Seen: of six entries mlistDir() returns three. Gone are the symbolic link, the device, and a plain file whose "unique" is "YQ==". Python's ftplib
#   finds all six. The file whose "unique" has no "=" is there in both.
# Why it matters: ProFTPD, with UseSlink, and others tell symbolic links in this way. A program that copies a directory leaves them out without a
#   word, and of a server with Base64 in "unique" two files in three.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libcommons-net-java=3.9.0-1 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libcommons-net-java_*.deb .

cat > Find.java <<'JAVA'
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;

public class Find {
    public static void main(String[] arguments) throws Exception {
        FTPClient client = new FTPClient();
        client.connect("127.0.0.1", Integer.parseInt(arguments[0]));
        client.login("jo", "secret");
        client.enterLocalPassiveMode();
        FTPFile[] files = client.mlistDir();
        StringBuilder names = new StringBuilder();
        for (FTPFile file : files) names.append(file == null ? " null" : " " + file.getName());
        System.out.println("Commons Net:" + names);
        client.quit();
        client.disconnect();
    }
}
JAVA
cat > find.py <<'PY'
import ftplib
import socket
import subprocess
import threading

LISTING = (
    "type=dir;modify=20261130050000; folder",
    "type=file;size=5;modify=20261130050000;unique=YWI; plain",
    "type=OS.unix=slink:/target;modify=20261130050000; link",
    "type=OS.unix=chr-13/29;modify=20261130050000; device",
    "type=file;size=5;modify=20261130050000;unique=YQ==; other",
    "type=file;size=7;modify=20261130050000; last",
)


def converse(sock):
    data = None
    with sock, sock.makefile("rb") as lines:
        sock.settimeout(20)
        sock.sendall(b"220 Hello\r\n")
        while line := lines.readline():
            command = line.split()[0].upper()
            if command == b"PASV":
                data = socket.create_server(("127.0.0.1", 0))
                port = data.getsockname()[1]
                sock.sendall(b"227 Entering Passive Mode (127,0,0,1,%d,%d)\r\n" % divmod(port, 256))
            elif command == b"MLSD":
                sock.sendall(b"150 Here it is\r\n")
                with data, data.accept()[0] as connection:
                    connection.sendall("".join(entry + "\r\n" for entry in LISTING).encode())
                sock.sendall(b"226 That was it\r\n")
            elif command == b"QUIT":
                sock.sendall(b"221 Bye\r\n")
                return
            else:
                sock.sendall({b"USER": b"331 Password\r\n", b"PASS": b"230 Welcome\r\n"}.get(command, b"200 Fine\r\n"))


def serve(listener):
    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
print("the server:", *(entry.split(" ", 1)[1] for entry in LISTING))
client = ftplib.FTP(timeout=20)
client.connect("127.0.0.1", port)
client.login("jo", "secret")
print("ftplib:", *(name for name, facts in client.mlsd()))
client.quit()
command = ["java", "-cp", "usr/share/java/commons-net.jar", "Find.java", str(port)]
result = subprocess.run(command, capture_output=True, text=True, timeout=50)
print(result.stdout + result.stderr, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
the server: folder plain link device other last
ftplib: folder plain link device other last
Commons Net: folder plain last
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

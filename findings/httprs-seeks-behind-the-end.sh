#!/bin/bash
# Go's httprs: Seek(-4, io.SeekEnd), for the last four octets, asks for those from four behind the end; with +4 they come.
#
# Versions: jfbus/httprs (Debian 12: golang-github-jfbus-httprs-dev 0.0~git20180614.7861a11-1.1, golang-github-mitchellh-copystructure-dev
#   1.2.0-1, golang-github-mitchellh-reflectwalk-dev 1.0.1-1), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2). Wants `apt-get update` beforehand.
# Expected: Go's documentation of io.Seeker: "SeekEnd means relative to the end (for example, offset = -2 specifies the penultimate byte of the
#   file)", and of io.ReaderAt: "ReadAt should not affect nor be affected by the underlying seek offset". httprs has "var _ io.Seeker = (*HttpReadSeeker)(nil)".
# Seen: the offset is subtracted from the length instead of added. Seek returns the place behind the end without an error, and the next Read
#   "Invalid range", for the server's 416. Seek(4, io.SeekEnd) gives the last four. ReadAt moves the place from which Read goes on.
# Why it matters: formats that are read from their end (ZIP, MP4, ID3, PDF) are not readable with it by code for files, which bytes.Reader and os.File serve
#   rightly; a program that was written around it fails as soon as it gets a file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-github-jfbus-httprs-dev=0.0~git20180614.7861a11-1.1 \
    golang-github-mitchellh-copystructure-dev=1.2.0-1 golang-github-mitchellh-reflectwalk-dev=1.0.1-1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/jfbus/httprs"
)

var content = strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyz", 100)

type file interface {
	io.ReadSeeker
	io.ReaderAt
}

func main() {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Range"))
		http.ServeContent(w, r, "file.bin", time.Unix(1799658000, 0), bytes.NewReader([]byte(content)))
	}))
	defer server.Close()
	open := map[string]func() file{
		"httprs": func() file {
			answer, err := http.Get(server.URL)
			if err != nil {
				panic(err)
			}
			return httprs.NewHttpReadSeeker(answer)
		},
		"bytes.Reader": func() file { return bytes.NewReader([]byte(content)) },
	}
	for _, name := range []string{"httprs", "bytes.Reader"} {
		for _, offset := range []int64{-4, 4} {
			asked = nil
			reader := open[name]()
			place, err := reader.Seek(offset, io.SeekEnd)
			buffer := make([]byte, 4)
			n, failed := io.ReadFull(reader, buffer)
			fmt.Printf("%s, Seek(%d, io.SeekEnd): place %d of %d, %v; read %q, %v; asked %q\n", name, offset, place, len(content), err, buffer[:n], failed, asked)
		}
		reader := open[name]()
		buffer := make([]byte, 2)
		io.ReadFull(reader, buffer)
		reader.ReadAt(make([]byte, 2), 10)
		io.ReadFull(reader, buffer)
		fmt.Printf("%s, read 2, 2 at place 10, and 2: %s\n", name, buffer)
	}
}
GO
timeout 90 usr/lib/go-1.19/bin/go run find.go >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
httprs, Seek(-4, io.SeekEnd): place 3604 of 3600, <nil>; read "", Invalid range; asked ["" "bytes=3604-"]
httprs, Seek(4, io.SeekEnd): place 3596 of 3600, <nil>; read "wxyz", <nil>; asked ["" "bytes=3596-"]
httprs, read 2, 2 at place 10, and 2: cd
bytes.Reader, Seek(-4, io.SeekEnd): place 3596 of 3600, <nil>; read "wxyz", <nil>; asked []
bytes.Reader, Seek(4, io.SeekEnd): place 3604 of 3600, <nil>; read "", EOF; asked []
bytes.Reader, read 2, 2 at place 10, and 2: 23
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

#!/bin/bash
# Go's gopkg.in/mail.v2: the attachment 'say "hi".txt' arrives without a name, Grüße.pdf in eight bits without an encoding, and a list of values is another
#   afterwards.
#
# Versions: go-mail/mail 2.3.1 (Debian 12: golang-gopkg-mail.v2-dev 2.3.1-2), Go 1.19.8 (golang-1.19-go and -src 1.19.8-2), Python 3.11's email for
#   comparison. Wants `apt-get update` beforehand.
# Expected: RFC 2045, section 5.1, and RFC 5322, section 3.2.4: in a value in quotation marks a quotation mark and a backslash have a backslash in front. RFC
#   2183, section 2, with RFC 2231: other letters than ASCII's are encoded; RFC 5322, section 2.2: fields have ASCII only.
# Seen: names of attachments are put between quotation marks as they are, in Content-Type and in Content-Disposition, though subjects and people's names are
#   encoded. SetHeader(field, values...) encodes the values in the caller's slice, so that the list of keywords of a program has "=?UTF-8?q?" in it. Go's own
#   mime finds no name in the first of these.
# Why it matters: receivers save files under other names; servers without SMTPUTF8 may refuse such a mail. A program that uses its list again shows it
#   encoded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download {golang-1.19-go,golang-1.19-src}=1.19.8-2 golang-gopkg-mail.v2-dev=2.3.1-2 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GO111MODULE=off GOCACHE=$work/cache CGO_ENABLED=0

cat > find.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"strings"

	"gopkg.in/mail.v2"
)

func main() {
	tags := []string{"Gr\u00fc\u00dfe"}
	message := mail.NewMessage()
	message.SetHeader("From", "jo@example.org")
	message.SetHeader("Keywords", tags...)
	message.SetBody("text/plain", "Hello")
	for _, name := range []string{"plain.txt", `say "hi".txt`, "Gr\u00fc\u00dfe.pdf"} {
		message.AttachReader(name, strings.NewReader("Hello"))
	}
	buffer := new(bytes.Buffer)
	message.WriteTo(buffer)
	fmt.Println("the program's list:", tags)
	read, _ := netmail.ReadMessage(buffer)
	_, parameters, _ := mime.ParseMediaType(read.Header.Get("Content-Type"))
	parts := multipart.NewReader(read.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if field := part.Header.Get("Content-Disposition"); field != "" {
			fmt.Printf("mail.v2 writes %+q\n    Go's mime/multipart reads %+q\n", field, part.FileName())
		}
	}
}
GO
cat > find.py <<'PY'
import email.message

good = email.message.Message()
good.add_header("Content-Disposition", "attachment", filename='say "hi".txt')
print("email writes", good["Content-Disposition"])
good.replace_header("Content-Disposition", "attachment")
good.set_param("filename", "Gr\u00fc\u00dfe.pdf", "Content-Disposition", charset="utf-8")
print("email writes", good["Content-Disposition"])
PY
{
    timeout 90 usr/lib/go-1.19/bin/go run find.go
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
the program's list: [=?UTF-8?q?Gr=C3=BC=C3=9Fe?=]
mail.v2 writes "attachment; filename=\"plain.txt\""
    Go's mime/multipart reads "plain.txt"
mail.v2 writes "attachment; filename=\"say \"hi\".txt\""
    Go's mime/multipart reads ""
mail.v2 writes "attachment; filename=\"Gr\u00fc\u00dfe.pdf\""
    Go's mime/multipart reads "Gr\u00fc\u00dfe.pdf"
email writes attachment; filename="say \"hi\".txt"
email writes attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }

// TLS by Go's crypto/tls. See README.md.
package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
)

// crypto/tls reports the end of TCP as io.EOF, like a close_notify. Under another name it can be told.
type transport struct{ net.Conn }

func (t transport) Read(data []byte) (int, error) {
	count, err := t.Conn.Read(data)
	if err == io.EOF {
		err = errors.New("the end of TCP without close_notify")
	}
	return count, err
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func read(conn *tls.Conn, manner string) {
	digest, count, end := sha256.New(), 0, "close_notify"
	data := make([]byte, 65536)
	for reads := 1; ; reads++ {
		n, err := conn.Read(data)
		digest.Write(data[:n])
		count += n
		if err != nil {
			if err != io.EOF {
				end = err.Error()
			}
			break
		}
		if manner == "talks" && reads%4 == 0 {
			conn.Write([]byte("more\n")) // in vain, perhaps: what counts is what can be read
		}
	}
	conn.Close()
	fmt.Printf("arrived %d %x %s\n", count, digest.Sum(nil), end)
}

func main() {
	role, directory := os.Args[1], os.Args[2]
	if role == "server" {
		certificate, err := tls.LoadX509KeyPair(directory+"/certificate.pem", directory+"/key.pem")
		check(err)
		config := &tls.Config{Certificates: []tls.Certificate{certificate}}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		fmt.Printf("port %d\n", listener.Addr().(*net.TCPAddr).Port)
		for {
			conn, err := listener.Accept()
			check(err)
			read(tls.Server(transport{conn}, config), "listens")
		}
	}
	port, manner := os.Args[3], os.Args[4]
	runs, err := strconv.Atoi(os.Args[5])
	check(err)
	pem, err := os.ReadFile(directory + "/ca.pem")
	check(err)
	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
	config.RootCAs.AppendCertsFromPEM(pem)
	for range runs {
		tcp, err := net.Dial("tcp", "127.0.0.1:"+port)
		check(err)
		conn := tls.Client(transport{tcp}, config)
		_, err = conn.Write([]byte("request\n"))
		check(err)
		if manner == "ends" {
			check(conn.CloseWrite())
		}
		read(conn, manner)
	}
}

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
	"runtime"
	"strconv"
	"time"
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

func obey(conn *tls.Conn) {
	data, end := []byte{}, "closed"
	note := func(err error) {
		if err != nil && end == "end" {
			end = "end, then " + err.Error()
		} else if err != nil {
			end = err.Error()
		}
	}
	order, count := "", 0
	line := make([]byte, 16)
	_, err := io.ReadFull(conn, line)
	note(err)
	fmt.Sscan(string(line), &order, &count)
	if order == "end" {
		note(conn.CloseWrite())
	}
	if order == "echo" {
		data = make([]byte, count)
		_, err = io.ReadFull(conn, data)
		note(err)
		_, err = conn.Write(data)
		note(err)
	} else {
		data, err = io.ReadAll(conn) // which takes io.EOF for the end
		end = "end"
		if err != nil {
			end = err.Error()
		}
	}
	if order == "listen" && count > 0 {
		_, err = conn.Write(make([]byte, count/2))
		note(err)
		time.Sleep(100 * time.Millisecond)
		_, err = conn.Write(make([]byte, count/2))
		note(err)
	}
	note(conn.Close())
	fmt.Printf("arrived %d %x %s\n", len(data), sha256.Sum256(data), end)
}

func converse(conn *tls.Conn, serving bool) {
	err := conn.Handshake()
	if err != nil {
		fmt.Println("failed", err)
		conn.Close()
		return
	}
	if !serving {
		conn.Write([]byte("request\n"))
	}
	obey(conn)
}

func main() {
	role, directory := os.Args[1], os.Args[2]
	pem, err := os.ReadFile(directory + "/ca.pem")
	check(err)
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(pem)
	fmt.Println("version", "crypto/tls of", runtime.Version())
	if role == "server" {
		certificate, err := tls.LoadX509KeyPair(directory+"/certificate.pem", directory+"/key.pem")
		check(err)
		config := &tls.Config{Certificates: []tls.Certificate{certificate}}
		manner := os.Args[3]
		if manner == "demands" {
			config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, authorities
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		check(err)
		fmt.Printf("port %d\n", listener.Addr().(*net.TCPAddr).Port)
		for {
			conn, err := listener.Accept()
			check(err)
			if manner == "listens" {
				read(tls.Server(transport{conn}, config), manner)
			} else {
				converse(tls.Server(conn, config), true)
			}
		}
	}
	port, manner := os.Args[3], os.Args[4]
	runs, err := strconv.Atoi(os.Args[5])
	check(err)
	config := &tls.Config{RootCAs: authorities, ServerName: "localhost"}
	for range runs {
		tcp, err := net.Dial("tcp", "127.0.0.1:"+port)
		check(err)
		if manner == "obeys" {
			converse(tls.Client(tcp, config), false)
			continue
		}
		conn := tls.Client(transport{tcp}, config)
		_, err = conn.Write([]byte("request\n"))
		check(err)
		if manner == "ends" {
			check(conn.CloseWrite())
		}
		read(conn, manner)
	}
}

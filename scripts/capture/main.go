// Capture asks one name server who it is, over UDP, and prints the exchange as a fixture for the tests of package wire
// (plugins/inputs/dns_anycast/internal/wire/testdata/replies):
//
//	capture [-comment TEXT]... ADDR:PORT NAME [edns|bare]
//
// The query is always the same but for its name, so that a captured reply fits it again when the test packs its own.
// It is laid out by hand here: a fixture must not depend on the code that it tests.
package main

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

const (
	timeout = 2 * time.Second
	perLine = 32 // bytes in a line of hex
)

func main() {
	var comments []string
	flag.Func("comment", "`TEXT` of a comment line in the output; may be repeated", func(s string) error {
		comments = append(comments, s)
		return nil
	})
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: capture [-comment TEXT]... ADDR:PORT NAME [edns|bare]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := capture(comments, flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "capture: %v\n", err)
		os.Exit(1)
	}
}

func capture(comments, args []string) error {
	if len(args) < 2 || len(args) > 3 {
		return errors.New("want ADDR:PORT NAME [edns|bare]")
	}
	query, err := pack(args[1], append(args[2:], "edns")[0])
	if err != nil {
		return err
	}
	reply, err := ask(args[0], query)
	if err != nil {
		return fmt.Errorf("ask %s: %w", args[0], err)
	}
	for _, c := range comments {
		fmt.Println("#", c)
	}
	fmt.Printf("query:%s\nreply:%s\n", wrap(query), wrap(reply))
	return nil
}

// pack lays out NAME CH TXT with RD=0 and ID 0x1a2b, and for "edns" an OPT record of size 1232 with an empty NSID
// option and the client cookie 0102030405060708 (RFC 6891, RFC 5001, RFC 7873).
func pack(name, kind string) ([]byte, error) {
	b := []byte{0x1a, 0x2b, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		if label == "" || len(label) > 63 {
			return nil, fmt.Errorf("not a name: %q", name)
		}
		b = append(b, byte(len(label)))
		b = append(b, label...)
	}
	b = append(b, 0, 0, 16, 0, 3) // root label, type TXT, class CH
	switch kind {
	case "bare":
		return b, nil
	case "edns":
		b[11] = 1
		b = append(b, 0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 16)
		b = append(b, 0, 3, 0, 0)
		return append(b, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8), nil
	}
	return nil, fmt.Errorf("want edns or bare, not %q", kind)
}

func ask(addr string, query []byte) ([]byte, error) {
	c, err := net.Dial("udp", addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(timeout))
	if _, err := c.Write(query); err != nil {
		return nil, err
	}
	b := make([]byte, 65535)
	n, err := c.Read(b)
	if err != nil {
		return nil, err
	}
	if n < 12 || binary.BigEndian.Uint16(b) != binary.BigEndian.Uint16(query) {
		return nil, fmt.Errorf("not a reply to our query: %x", b[:n])
	}
	return b[:n], nil
}

// wrap returns b in hex: after a space where it fits one line, in lines of their own that begin with two otherwise.
func wrap(b []byte) string {
	if len(b) <= perLine {
		return " " + hex.EncodeToString(b)
	}
	var s strings.Builder
	for ; len(b) > 0; b = b[min(perLine, len(b)):] {
		s.WriteString("\n  " + hex.EncodeToString(b[:min(perLine, len(b))]))
	}
	return s.String()
}

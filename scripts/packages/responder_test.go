package main

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"
)

// serveName answers every query on loopback with one TXT record, and returns its address and port.
func serveName(t *testing.T, address, identity string) string {
	t.Helper()
	c, err := net.ListenPacket("udp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			if reply := nameReply(b[:n], identity); reply != nil {
				c.WriteTo(reply, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

// nameReply is header and question, RFC 1035 section 4.1, with QR and AA set, and the answer; what stood behind the
// question, EDNS, is left out.
func nameReply(query []byte, identity string) []byte {
	if len(query) < 12 {
		return nil
	}
	end := bytes.IndexByte(query[12:], 0)
	if end < 0 || len(query) < 12+end+5 {
		return nil
	}
	r := append([]byte{}, query[:12+end+5]...)
	copy(r[2:], []byte{0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0})
	r = append(r, 0xc0, 12, 0, 16, 0, 3, 0, 0, 0, 0) // a pointer to the name, TXT, CH, TTL 0
	r = binary.BigEndian.AppendUint16(r, uint16(1+len(identity)))
	return append(append(r, byte(len(identity))), identity...)
}

package stack

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"slices"
	"testing"
	"time"
)

// Packets of MQTT 3.1.1: section 3.1 CONNECT, 3.2 CONNACK, 3.3 PUBLISH, 3.4 PUBACK.
const (
	mqttAccepted      = 0
	mqttNotAuthorized = 5
)

// mqttSession is a client of the broker that needs no library for what it does.
type mqttSession struct{ conn *tls.Conn }

// mqttConnect returns the broker's return code. An empty name gives none, and no password.
func mqttConnect(t *testing.T, address, caFile, name, password string) (*mqttSession, byte) {
	t.Helper()
	const cleanSession = 0x02
	return mqttConnectAs(t, address, caFile, name, password, "some-client", cleanSession)
}

// mqttConnectAs is mqttConnect of a client with flags; without cleanSession the broker keeps what comes while it is away.
func mqttConnectAs(t *testing.T, address, caFile, name, password, client string, flags byte) (*mqttSession, byte) {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: pool(t, caFile)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	const hasPassword, hasName = 0x40, 0x80
	tail := mqttText(client)
	if name != "" {
		flags |= hasName | hasPassword
		tail = slices.Concat(tail, mqttText(name), mqttText(password))
	}
	s := &mqttSession{conn}
	s.send(t, 0x10, slices.Concat(mqttText("MQTT"), []byte{4, flags, 0, 60}, tail))
	return s, s.receive(t, 0x20, 2)[1]
}

// publish waits for the broker's PUBACK, which also comes for what the broker drops.
func (s *mqttSession) publish(t *testing.T, topic, text string) {
	t.Helper()
	if _, err := s.conn.Write(mqttPublish(topic, text)); err != nil {
		t.Fatal(err)
	}
	if got := s.receive(t, 0x40, 2); !bytes.Equal(got, mqttID) {
		t.Fatalf("PUBACK of %v", got)
	}
}

// mqttID is the packet identifier of all that is published.
var mqttID = []byte{0, 7}

// mqttPublish is a packet with QoS 1.
func mqttPublish(topic, text string) []byte {
	return mqttPacket(0x32, slices.Concat(mqttText(topic), mqttID, []byte(text)))
}

// mqttPacket puts a fixed header before a body, section 2.2.
func mqttPacket(kind byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{kind}, uint64(len(body))), body...) // section 2.2.3 has the same form
}

// subscribe takes a topic's messages with QoS 1, section 3.8.
func (s *mqttSession) subscribe(t *testing.T, topic string) {
	t.Helper()
	s.send(t, 0x82, slices.Concat([]byte{0, 9}, mqttText(topic), []byte{1}))
	if got := s.receive(t, 0x90, 3); got[2] != 1 {
		t.Fatalf("SUBACK of %v", got)
	}
}

func (s *mqttSession) send(t *testing.T, kind byte, body []byte) {
	t.Helper()
	if _, err := s.conn.Write(mqttPacket(kind, body)); err != nil {
		t.Fatal(err)
	}
}

func (s *mqttSession) receive(t *testing.T, kind byte, size int) []byte {
	t.Helper()
	packet := make([]byte, 2+size)
	if _, err := io.ReadFull(s.conn, packet); err != nil {
		t.Fatal(err)
	}
	if packet[0] != kind || int(packet[1]) != size {
		t.Fatalf("packet % x, want one of kind %x", packet, kind)
	}
	return packet[2:]
}

// mqttText is a string with its length before it, section 1.5.3.
func mqttText(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

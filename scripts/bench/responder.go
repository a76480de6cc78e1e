//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// delays by the class of the address asked. Any other class is dead.
var delays = [...]time.Duration{0, 5 * time.Millisecond, 20 * time.Millisecond, 80 * time.Millisecond}

// dead is a class without an answer.
const dead = 9

// The codes that instances call themselves by.
var codes = [...]string{"lhr", "arn", "jfk", "nrt"}

const (
	queryMax  = 512
	bufferMax = 64 << 20 // of the kernel, in bytes: a round of 10,000 fits
	nap       = 200 * time.Microsecond
	burst     = 32 // queries that are read before replies that are due
)

// respond answers on port 53 of every address that is local here. Datagrams are shared out among sockets.
func respond() error {
	failed := make(chan error)
	for range min(2, runtime.NumCPU()) {
		fd, err := listen()
		if err != nil {
			return err
		}
		go func() { failed <- serve(fd) }()
	}
	streams, err := net.Listen("tcp", "[::]:53")
	if err != nil {
		return err
	}
	go func() { failed <- serveStreams(streams) }()
	fmt.Println("ready")
	return <-failed
}

func listen() (fd int, err error) {
	if fd, err = unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0); err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	if err := setUp(fd); err != nil {
		return 0, err
	}
	return fd, os.NewSyscallError("bind", unix.Bind(fd, &unix.SockaddrInet6{Port: 53}))
}

func setUp(fd int) error {
	for _, o := range [...]struct{ level, name, value int }{
		{unix.SOL_SOCKET, unix.SO_REUSEPORT, 1},
		{unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, bufferMax},
		{unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, bufferMax},
		{unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1},
	} {
		if err := unix.SetsockoptInt(fd, o.level, o.name, o.value); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	return nil
}

// reply waits for its time.
type reply struct {
	due     time.Time
	to      unix.Sockaddr
	message []byte
	from    []byte // the control message that names the address asked
}

// serve reads one socket, looking again and again: to wake somebody who waits for it would be on the asker's account,
// since a veth delivers on the sender's time. All replies that wait equally long do so in one queue, in the order they
// came.
func serve(fd int) error {
	var queues [len(delays)][]reply
	query, control := make([]byte, queryMax), make([]byte, 64)
	for read := 1; ; read++ {
		n, controlLen, _, peer, err := unix.Recvmsg(fd, query, control, 0)
		if err != nil && err != unix.EAGAIN && err != unix.EINTR {
			return os.NewSyscallError("recvmsg", err)
		}
		if err == nil {
			if r, after := newReply(query[:n], control[:controlLen], peer); r.message != nil {
				queues[after] = append(queues[after], r)
			}
		}
		if err != nil || read%burst == 0 {
			for i := range queues {
				queues[i] = sendDue(fd, queues[i])
			}
		}
		if err == unix.EAGAIN {
			time.Sleep(nap)
		}
	}
}

// newReply returns a reply and its class of delay; one without a message is none.
func newReply(query, control []byte, peer unix.Sockaddr) (r reply, after byte) {
	from := bytes.Clone(control)
	asked, ok := destination(from)
	if !ok || int(class(asked)) >= len(delays) {
		return r, 0
	}
	after = class(asked)
	return reply{due: time.Now().Add(delays[after]), to: peer, from: from, message: answer(query, asked)}, after
}

// sendDue returns those that are not due yet.
func sendDue(fd int, queue []reply) []reply {
	now := time.Now()
	for len(queue) > 0 && !queue[0].due.After(now) {
		unix.Sendmsg(fd, queue[0].message, queue[0].from, queue[0].to, 0) // a reply that is lost is one answer less
		queue = queue[1:]
	}
	return queue
}

// serveStreams answers one query a connection.
func serveStreams(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			asked := conn.LocalAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
			var length [2]byte
			if _, err := io.ReadFull(conn, length[:]); err != nil || int(class(asked)) >= len(delays) {
				return
			}
			query := make([]byte, binary.BigEndian.Uint16(length[:]))
			if _, err := io.ReadFull(conn, query); err != nil {
				return
			}
			time.Sleep(delays[class(asked)])
			conn.Write(appendCounted(nil, answer(query, asked)))
			io.Copy(io.Discard, conn) // until the client closes, which must not find a reset
		}()
	}
}

// destination reads the address asked from a struct in6_pktinfo and makes the message one to send with.
func destination(control []byte) (netip.Addr, bool) {
	h, data, _, err := unix.ParseOneSocketControlMessage(control)
	if err != nil || h.Type != unix.IPV6_PKTINFO || len(data) != unix.SizeofInet6Pktinfo {
		return netip.Addr{}, false
	}
	clear(data[16:]) // the interface: routing is to choose it
	return netip.AddrFrom16([16]byte(data)).Unmap(), true
}

// instance is what the server of an address calls itself: few enough for the plugin's max_instances.
func instance(asked netip.Addr) string {
	b := asked.AsSlice()
	last := b[len(b)-1]
	return codes[last%byte(len(codes))] + strconv.Itoa(int(last%100)) + ".bench"
}

// answer is written by hand, since it is on the clock: TXT in any class and SOA, with NSID and a cookie where they were
// asked for. nil: not a query.
func answer(query []byte, asked netip.Addr) []byte {
	end, qtype := question(query)
	if end == 0 || query[2]&0x80 != 0 {
		return nil
	}
	name := instance(asked)
	m := append(make([]byte, 0, queryMax), query[:end]...)
	m[2], m[3] = 0x84|m[2]&1, 0 // QR, AA, RD as it was
	binary.BigEndian.PutUint16(m[6:], 1)
	clear(m[8:12])
	m = append(m, 0xc0, 12)            // the name asked
	m = append(m, query[end-4:end]...) // type, class
	m = append(m, 0, 0, 0, 0)          // TTL
	data := append([]byte{byte(len(name))}, name...)
	if qtype == dns.TypeSOA {
		data = append([]byte{0, 0}, make([]byte, 5*4)...) // both names are the root
		data[5] = 1                                       // the serial
	}
	m = appendCounted(m, data)
	if options, ok := optionsFor(query[end:], name); ok {
		m[11] = 1
		m = append(m, 0, 0, byte(dns.TypeOPT), 1232>>8, 1232&0xff, 0, 0, 0, 0)
		m = appendCounted(m, options)
	}
	return m
}

func appendCounted(m, data []byte) []byte {
	return append(binary.BigEndian.AppendUint16(m, uint16(len(data))), data...)
}

// question returns where the only question of a message ends, 0 if there is none, and its type.
func question(m []byte) (end int, qtype uint16) {
	if len(m) < 12 || binary.BigEndian.Uint16(m[4:]) != 1 {
		return 0, 0
	}
	at := 12
	for at < len(m) && m[at] != 0 {
		at += 1 + int(m[at])
	}
	if end = at + 5; end > len(m) {
		return 0, 0
	}
	return end, binary.BigEndian.Uint16(m[at+1:])
}

// optionsFor reads the OPT record that a query ends with, and returns the options that answer it.
func optionsFor(opt []byte, name string) (options []byte, ok bool) {
	const fixed = 11 // root, type, class, TTL, length
	if len(opt) < fixed || binary.BigEndian.Uint16(opt[1:]) != dns.TypeOPT {
		return nil, false
	}
	for b := opt[fixed:]; len(b) >= 4; {
		code, n := binary.BigEndian.Uint16(b), 4+int(binary.BigEndian.Uint16(b[2:]))
		if n > len(b) {
			break
		}
		switch code {
		case dns.EDNS0NSID:
			options = binary.BigEndian.AppendUint16(options, dns.EDNS0NSID)
			options = appendCounted(options, []byte(name))
		case dns.EDNS0COOKIE:
			if n < 4+8 {
				break
			}
			options = binary.BigEndian.AppendUint16(options, dns.EDNS0COOKIE)
			options = appendCounted(options, append(bytes.Clone(b[4:4+8]), "a cookie"...))
		}
		b = b[n:]
	}
	return options, true
}

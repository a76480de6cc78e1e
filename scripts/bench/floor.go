//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"os"
	"strconv"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// floor is what the kernel alone costs from Go: one socket, a system call for each datagram, its stamps of departure
// and arrival, a reply known by its ID, and the shortest line. No DNS, no check of what came.
type floor struct {
	fd      int
	to      []unix.SockaddrInet6
	names   []string
	query   []byte
	base    uint32 // the kernel's count of what left before this round
	sent    []int64
	came    []int64
	missing int // answers and departures
	answer  [512]byte
	control [256]byte
}

// ahead is how many queries leave before it looks for answers.
const ahead = 32

func newFloor(servers []string, timeout time.Duration, out *lines) (func() error, error) {
	f, err := openFloor(servers)
	return func() error {
		if err := f.ask(timeout); err != nil {
			return err
		}
		f.write(out)
		return nil
	}, err
}

func openFloor(servers []string) (*floor, error) {
	q, err := new(dns.Msg).SetQuestion(identityName, dns.TypeTXT).Pack()
	if err != nil {
		return nil, err
	}
	f := &floor{query: q, names: servers, sent: make([]int64, len(servers)), came: make([]int64, len(servers))}
	for _, s := range servers {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return nil, err
		}
		f.to = append(f.to, unix.SockaddrInet6{Port: 53, Addr: a.As16()})
	}
	if f.fd, err = unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0); err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	const stamps = unix.SOF_TIMESTAMPING_TX_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE | unix.SOF_TIMESTAMPING_SOFTWARE |
		unix.SOF_TIMESTAMPING_OPT_ID | unix.SOF_TIMESTAMPING_OPT_TSONLY
	return f, errors.Join(
		unix.SetsockoptInt(f.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, bufferMax),
		unix.SetsockoptInt(f.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps))
}

// ask asks every server once.
func (f *floor) ask(timeout time.Duration) error {
	clear(f.sent)
	clear(f.came)
	f.missing = 2 * len(f.to)
	for i := range f.to {
		binary.BigEndian.PutUint16(f.query, uint16(i))
		if err := unix.Sendto(f.fd, f.query, 0, &f.to[i]); err != nil {
			return os.NewSyscallError("sendto", err)
		}
		if i%ahead == ahead-1 {
			f.read()
		}
	}
	for deadline := time.Now().Add(timeout); f.missing > 0; f.read() {
		left := time.Until(deadline)
		if left <= 0 {
			break
		}
		poll := []unix.PollFd{{Fd: int32(f.fd), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, int(left.Milliseconds())+1); err != nil && err != unix.EINTR {
			return os.NewSyscallError("poll", err)
		}
	}
	f.base += uint32(len(f.to))
	return nil
}

// read takes in what is there: departures, then answers.
func (f *floor) read() {
	for {
		_, n, _, _, err := unix.Recvmsg(f.fd, nil, f.control[:], unix.MSG_ERRQUEUE)
		if err != nil {
			break
		}
		f.note(f.sent, int(departure(f.control[:n])-f.base), stamp(f.control[:n]))
	}
	for {
		n, controlLen, _, _, err := unix.Recvmsg(f.fd, f.answer[:], f.control[:], 0)
		if err != nil || n < 2 {
			break
		}
		f.note(f.came, int(binary.BigEndian.Uint16(f.answer[:])), stamp(f.control[:controlLen]))
	}
}

func (f *floor) note(list []int64, i int, at int64) {
	if i < len(list) && list[i] == 0 {
		list[i] = at
		f.missing--
	}
}

// departure finds the count of a datagram in a struct sock_extended_err, where it is ee_data.
func departure(control []byte) uint32 {
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		if h.Level == unix.SOL_IPV6 && h.Type == unix.IPV6_RECVERR && len(data) >= 16 {
			return binary.NativeEndian.Uint32(data[12:])
		}
		control = rest
	}
	return 0
}

func (f *floor) write(out *lines) {
	var line []byte
	now := time.Now().UnixNano()
	for i, name := range f.names {
		line = append(append(line[:0], "floor,server="...), name...)
		ms := 0.0
		if f.came[i] > 0 && f.sent[i] > 0 {
			ms = float64(f.came[i]-f.sent[i]) / 1e6
		}
		line = append(line, " query_time_ms="...)
		line = strconv.AppendFloat(line, ms, 'f', 6, 64)
		line = append(line, ' ')
		line = strconv.AppendInt(line, now, 10)
		out.Write(append(line, '\n'))
	}
}

//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// captureMax is the kernel's memory for one end, in bytes. A whole round fits, so that nothing is read while one runs.
	captureMax = 128 << 20
	// settle is how long the kernel takes to begin stamping, which it does beside us.
	settle = 200 * time.Millisecond
)

// capture listens at both ends of the veth.
type capture struct{ near, far int }

func newCapture(n *network) (*capture, error) {
	near, err := openTap(n.near, nearDevice)
	if err != nil {
		return nil, err
	}
	far, err := openTap(n.far, farDevice)
	if err != nil {
		unix.Close(near)
		return nil, err
	}
	time.Sleep(settle)
	c := &capture{near, far}
	_, err = c.read() // what came before stamping
	return c, err
}

func (c *capture) close() {
	unix.Close(c.near)
	unix.Close(c.far)
}

func openTap(p *place, device string) (fd int, err error) {
	err = p.Do(func() error {
		i, err := net.InterfaceByName(device)
		if err != nil {
			return err
		}
		// Protocol 0 hears nothing until bind, when all is set.
		if fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0); err != nil {
			return os.NewSyscallError("socket", err)
		}
		// SO_TIMESTAMPING leaves a missing stamp out; SO_TIMESTAMPNS would make up the time of the read.
		const stamps = unix.SOF_TIMESTAMPING_RX_SOFTWARE | unix.SOF_TIMESTAMPING_SOFTWARE
		all := binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, unix.ETH_P_ALL))
		if err := errors.Join(
			os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, captureMax)),
			os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps)),
			os.NewSyscallError("bind", unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: i.Index})),
		); err != nil {
			unix.Close(fd)
			return err
		}
		return nil
	})
	if err != nil {
		return -1, fmt.Errorf("capture on %s: %w", device, err)
	}
	return fd, nil
}

// read returns what passed since the last read. A packet lost or without a stamp is an error: there is no truth then.
func (c *capture) read() (wire, error) {
	near, err := drain(c.near)
	if err != nil {
		return nil, fmt.Errorf("capture near: %w", err)
	}
	far, err := drain(c.far)
	if err != nil {
		return nil, fmt.Errorf("capture far: %w", err)
	}
	return match(near, far), nil
}

func drain(fd int) (ds []datagram, err error) {
	packet, control := make([]byte, 256), make([]byte, 128)
	for {
		n, controlLen, _, _, err := unix.Recvmsg(fd, packet, control, 0)
		if err == unix.EAGAIN {
			break
		}
		if err != nil {
			return nil, os.NewSyscallError("recvmsg", err)
		}
		d, ok := parsePacket(packet[:n])
		if !ok {
			continue
		}
		if d.at = stamp(control[:controlLen]); d.at == 0 {
			return nil, errors.New("a packet without a stamp")
		}
		ds = append(ds, d)
	}
	s, err := unix.GetsockoptTpacketStats(fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return nil, os.NewSyscallError("getsockopt", err)
	}
	if s.Drops > 0 {
		return nil, fmt.Errorf("%d packets lost", s.Drops)
	}
	return ds, nil
}

// stamp finds the kernel's software stamp among control messages: the first of three struct timespec. 0: none.
func stamp(control []byte) int64 {
	for len(control) > 0 {
		h, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		if h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPING && len(data) >= 16 {
			return int64(binary.NativeEndian.Uint64(data))*1e9 + int64(binary.NativeEndian.Uint64(data[8:]))
		}
		control = rest
	}
	return 0
}

// parsePacket reads an IP packet without options or extension headers that holds a whole DNS message.
func parsePacket(b []byte) (d datagram, ok bool) {
	var from, to netip.Addr
	var protocol byte
	switch {
	case len(b) >= 20 && b[0] == 0x45:
		from, to, protocol = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:])), b[9]
		b = b[20:]
	case len(b) >= 40 && b[0]>>4 == 6:
		from, to, protocol = netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:])), b[6]
		b = b[40:]
	}
	header := 8
	if protocol == unix.IPPROTO_TCP && len(b) >= 20 {
		header = int(b[12]>>4)*4 + 2 // the message's length
	} else if protocol != unix.IPPROTO_UDP {
		return d, false
	}
	if len(b) < header {
		return d, false
	}
	fromPort, toPort, message := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:]), b[header:]
	end, qtype := question(message)
	if end == 0 {
		return d, false
	}
	d = datagram{id: binary.BigEndian.Uint16(message), qtype: qtype, answer: message[2]&0x80 != 0}
	switch {
	case toPort == 53 && !d.answer:
		d.client, d.server = netip.AddrPortFrom(from, fromPort), to
	case fromPort == 53 && d.answer:
		d.client, d.server = netip.AddrPortFrom(to, toPort), from
	default:
		return d, false
	}
	return d, true
}

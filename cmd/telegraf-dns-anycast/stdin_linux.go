package main

import (
	"io"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pipe is what Telegraf asks through. The runtime's poller waits for it beside all else: a thread
// that waited in read(2) would have to hand over to another for each round.
type pipe struct {
	file *os.File // has the descriptor, and must not be let go while that is read
	raw  syscall.RawConn
}

// pollable returns what reads f, and what is to be done in the end. What is no pipe may be others'
// too, and is read as it is.
func pollable(f *os.File) (in io.Reader, done func()) {
	info, err := f.Stat()
	fd := int(f.Fd())
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 || unix.SetNonblock(fd, true) != nil {
		return f, func() {}
	}
	p := pipe{file: os.NewFile(uintptr(fd), f.Name())}
	if p.raw, err = p.file.SyscallConn(); err != nil {
		return f, func() {}
	}
	return p, func() { unix.SetNonblock(fd, false) }
}

// Read is io.Reader's. Its system call does not wait, and so the scheduler need not know of it.
func (p pipe) Read(b []byte) (n int, err error) {
	var errno error
	err = p.raw.Read(func(fd uintptr) bool {
		n, errno = readNow(fd, b)
		return errno != unix.EAGAIN
	})
	switch {
	case err != nil:
		return 0, err
	case errno != nil:
		return 0, os.NewSyscallError("read", errno)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

func readNow(fd uintptr, b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall(unix.SYS_READ, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

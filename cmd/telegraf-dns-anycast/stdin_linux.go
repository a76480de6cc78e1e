package main

import (
	"io"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pipe is what Telegraf asks through. The runtime's poller waits for it beside all else: a thread
// that waited in read(2) would have to hand over to another for each round.
type pipe struct {
	file *os.File // has the descriptor of another file, which must not be closed before
	raw  syscall.RawConn
}

// pollable returns what reads f, and what is to be called in the end. What is no pipe may be others'
// too, and is read as it is; so is what the poller knows already.
func pollable(f *os.File) (in io.Reader, done func()) {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 || f.SetReadDeadline(time.Time{}) == nil {
		return f, func() {}
	}
	fd := f.Fd()
	if unix.SetNonblock(int(fd), true) != nil {
		return f, func() {}
	}
	done = func() { unix.SetNonblock(int(fd), false) }
	p := pipe{file: os.NewFile(fd, f.Name())}
	if p.raw, err = p.file.SyscallConn(); err != nil {
		done()
		return f, func() {}
	}
	return p, done
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

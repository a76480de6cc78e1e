package main

import (
	"io"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// prompt writes to a pipe what that has room for in a system call that does not wait: the scheduler
// need not know of it, which would wake up two threads for each round.
type prompt struct {
	file *os.File
	raw  syscall.RawConn
}

// promptly returns what writes to f. What is no pipe is written to as it is.
func promptly(f *os.File) io.Writer {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return f
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return f
	}
	return prompt{f, raw}
}

// Write is io.Writer's. What there is no room for waits, and what fails is tried again by the file,
// which says why.
func (p prompt) Write(b []byte) (n int, err error) {
	if len(b) > 0 {
		p.raw.Write(func(fd uintptr) bool {
			n = writeNow(fd, b)
			return true
		})
	}
	if n == len(b) {
		return n, nil
	}
	rest, err := p.file.Write(b[n:])
	return n + rest, err
}

// writeNow returns how many bytes were written: none where it would have to wait, where it fails, and
// where Linux is too old to write to a pipe without waiting (pwritev2(2), RWF_NOWAIT).
func writeNow(fd uintptr, b []byte) int {
	from := unix.Iovec{Base: &b[0]}
	from.SetLen(len(b))
	const here = ^uintptr(0) // where the file stands
	n, _, errno := unix.RawSyscall6(unix.SYS_PWRITEV2, fd, uintptr(unsafe.Pointer(&from)), 1, here, here, unix.RWF_NOWAIT)
	if errno != 0 {
		return 0
	}
	return int(n)
}

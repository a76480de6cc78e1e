package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// kept are files of one descriptor: only one of them may close it.
var kept []any

// TestPollablePipe: a pipe is read as it comes, to its end, and left as it was.
func TestPollablePipe(t *testing.T) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	r, w := os.NewFile(uintptr(fds[0]), "r"), os.NewFile(uintptr(fds[1]), "w")
	in, done := pollable(r)
	kept = append(kept, r, in)
	if _, ok := in.(pipe); !ok {
		t.Fatalf("a pipe is read by a %T", in)
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		w.WriteString("\n")
		time.Sleep(20 * time.Millisecond)
		w.WriteString("\n")
		w.Close()
	}()
	if b, err := io.ReadAll(in); string(b) != "\n\n" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
	done()
	if flags, err := unix.FcntlInt(uintptr(fds[0]), unix.F_GETFL, 0); err != nil || flags&unix.O_NONBLOCK != 0 {
		t.Errorf("flags %#x, %v: others would find it changed", flags, err)
	}
}

func regularFile(t *testing.T) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// TestPollableNot: what is no pipe is read as it is, and so is a pipe that does not block.
func TestPollableNot(t *testing.T) {
	file := regularFile(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer r.Close()
	for _, f := range []*os.File{file, r} {
		if in, _ := pollable(f); in != io.Reader(f) {
			t.Errorf("%s is read by a %T", f.Name(), in)
		}
	}
}

package main

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// TestPromptly: a pipe takes what it has room for at once, and the rest as it is read.
func TestPromptly(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	out := promptly(w)
	if _, ok := out.(prompt); !ok {
		t.Fatalf("a pipe is written to by a %T", out)
	}
	text := bytes.Repeat([]byte("0123456789abcdef"), 3<<14>>4) // bytes; a pipe holds 1<<16
	go func() {
		for range 10 {
			if n, err := out.Write(text); n != len(text) || err != nil {
				t.Errorf("wrote %d of %d bytes, %v", n, len(text), err)
			}
		}
		w.Close()
	}()
	time.Sleep(50 * time.Millisecond) // until there is no room
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, bytes.Repeat(text, 10)) {
		t.Errorf("read %d bytes that are not what was written, %v", len(got), err)
	}
	if n, err := out.Write(nil); n != 0 || err != nil {
		t.Errorf("of nothing: wrote %d, %v", n, err)
	}
}

// TestWriteNow: what does not fit is not waited for.
func TestWriteNow(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer r.Close()
	size, err := unix.FcntlInt(w.Fd(), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		t.Fatal(err)
	}
	page := make([]byte, os.Getpagesize())
	if n := writeNow(w.Fd(), page); n != len(page) {
		skiptest.Missing(t, "a pipe that can be written to without waiting", "run the tests on a newer Linux")
	}
	if n := writeNow(w.Fd(), make([]byte, size)); n != size-len(page) {
		t.Errorf("wrote %d bytes where there was room for %d", n, size-len(page))
	}
	if n := writeNow(w.Fd(), page); n != 0 {
		t.Errorf("wrote %d bytes where there was no room", n)
	}
}

// TestPromptlyReaderGone: what fails says why.
func TestPromptlyReaderGone(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r.Close()
	if n, err := promptly(w).Write([]byte("line\n")); n != 0 || !readerGone(err) {
		t.Errorf("wrote %d bytes, %v", n, err)
	}
}

// TestPromptlyNot: what is no pipe is written to as it is.
func TestPromptlyNot(t *testing.T) {
	file := regularFile(t)
	if out := promptly(file); out != io.Writer(file) {
		t.Errorf("a file is written to by a %T", out)
	}
}

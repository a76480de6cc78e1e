//go:build unix

package dns_anycast

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// planted makes what is no state file at a path.
type planted struct {
	name string
	at   func(path string) error
	want string      // the one thing said, of FILE
	mode fs.FileMode // the type of what is there in the end
}

// TestStatePlanted: what somebody put where the state file belongs is neither waited for, nor followed, nor, unless it is
// a state file or nothing, replaced.
func TestStatePlanted(t *testing.T) {
	t.Parallel()
	const isNoFile = "FILE is no regular file, and is left alone: name another file"
	const isNoState = "FILE is no state file of this program, and is left alone: name another file, or remove it"
	const isLocked = "open FILE: permission denied: the file is left alone: make it readable, or name another"
	const isLoop = "stat FILE: too many levels of symbolic links: starting afresh"
	dir := t.TempDir()
	victim, other := filepath.Join(dir, "victim"), filepath.Join(dir, "other")
	if err := writeState(other, stateOf(stateText{})); err != nil {
		t.Fatal(err)
	}
	to := func(target string) func(string) error {
		return func(path string) error { return os.Symlink(target, path) }
	}
	cases := []planted{
		{"file", with("precious", 0o644), isNoState, 0},
		{"link to a file", to(victim), isNoState, fs.ModeSymlink},
		{"link to a state file", to(other), "", 0},
		{"empty file", with("", 0o644), "", 0},
		{"link to nothing", to(filepath.Join(dir, "nothing")), "", 0},
		{"link to zeros without end", to("/dev/zero"), isNoFile, fs.ModeSymlink},
		{"link to itself", func(path string) error { return os.Symlink(path, path) }, isLoop, 0},
		{"another name of a file", func(path string) error { return os.Link(victim, path) }, isNoState, 0},
		{"pipe", pipe, isNoFile, fs.ModeNamedPipe},
		{"directory", func(path string) error { return os.Mkdir(path, 0o700) }, isNoFile, fs.ModeDir},
	}
	if os.Getuid() == 0 {
		cases = append(cases, planted{"device", func(path string) error { return syscall.Mknod(path, syscall.S_IFCHR|0o600, 1<<8|3) }, isNoFile, fs.ModeDevice | fs.ModeCharDevice})
	} else {
		cases = append(cases, planted{"file that is locked", with("precious", 0), isLocked, 0})
	}
	p := play(t, "127.0.0.1", "lhr1.example")
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(victim, []byte("precious"), 0o644); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "-"))
			if err := c.at(file); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			d, log := started(t, file, asBefore, p)
			for range 2 {
				roundOf(t, d)
				ended(t, d)
			}
			if took := time.Since(began); took >= freedAfter {
				t.Errorf("took %v", took)
			}
			checkPlanted(t, c, file, log.lines)
			if b, err := os.ReadFile(victim); string(b) != "precious" {
				t.Errorf("the other file holds %q, %v", b, err)
			}
		})
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func checkPlanted(t *testing.T, c planted, file string, said []string) {
	t.Helper()
	var want []string
	if c.want != "" {
		want = []string{"W! state_file: " + strings.ReplaceAll(c.want, "FILE", file)}
	}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	info, err := os.Lstat(file)
	if err != nil || info.Mode().Type() != c.mode {
		t.Fatalf("there is %v, %v, want %v", info.Mode(), err, c.mode)
	}
	if c.mode != 0 {
		return
	}
	if strings.Contains(c.want, "left alone") {
		os.Chmod(file, 0o600)
		if b, err := os.ReadFile(file); string(b) != "precious" {
			t.Errorf("the file holds %q, %v", b, err)
		}
		return
	}
	if entries, err := readTargets(file); err != nil || len(entries) != 1 || info.Mode() != 0o600 {
		t.Errorf("the file, %v, holds %v, %v", info.Mode(), entries, err)
	}
}

func with(content string, mode fs.FileMode) func(string) error {
	return func(path string) error { return os.WriteFile(path, []byte(content), mode) }
}

const freedAfter = 3 * time.Second

// pipe has nobody who writes to it. Whoever waits for that is let go.
func pipe(path string) error {
	time.AfterFunc(freedAfter, func() {
		if w, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
			w.Close()
		}
	})
	return syscall.Mkfifo(path, 0o600)
}

// TestStateTemporaryNames: whatever a program of the simpler kind might write to first is not touched.
func TestStateTemporaryNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	victim, file := filepath.Join(dir, "victim"), filepath.Join(dir, "state")
	if err := os.WriteFile(victim, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{".tmp", ".new", ".*", "~", ".1", ".0"} {
		if err := os.Symlink(victim, file+end); err != nil {
			t.Fatal(err)
		}
	}
	p := play(t, "127.0.0.1", "lhr1.example")
	d, log := started(t, file, asBefore, p)
	roundOf(t, d)
	ended(t, d)
	if b, _ := os.ReadFile(victim); string(b) != "precious" || len(log.lines) > 0 {
		t.Errorf("the other file holds %q, said %q", b, log.lines)
	}
	if entries, err := readTargets(file); err != nil || len(entries) != 1 {
		t.Errorf("the file holds %v, %v", entries, err)
	}
}

// TestStateOfNobody: a state in which nobody has been heard is one.
func TestStateOfNobody(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	if err := writeState(file, stateOf(stateText{})); err != nil {
		t.Fatal(err)
	}
	if entries, err := readTargets(file); err != nil || len(entries) != 0 {
		t.Errorf("got %v, %v", entries, err)
	}
}

// TestStateOfMany: entries that say nothing end the reading. Were all decoded, they would take a hundred times the size of
// the file. It is not parallel: it counts bytes.
func TestStateOfMany(t *testing.T) {
	dir := t.TempDir()
	var largest []storedBaseline
	for i := range 32 { // as many instances as there are of a target
		largest = append(largest, storedBaseline{Instance: strings.Repeat("&", observation.FieldSize-2) + strconv.Itoa(10+i), MS: 1, Heard: 1})
	}
	one, err := json.MarshalIndent(stateEntry{Usuals: largest}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const heard = `{"usual":[{"instance":"a","heard":1}]}`
	for _, c := range []struct {
		name, targets string
		want          int
		damaged       bool
	}{
		{"one that was heard", heard, 1, false},
		{"two", heard + "," + heard, 2, false},
		{"the largest there is", string(one), 1, false},
		{"nothing", "{}", 0, true},
		{"null", "null", 0, true},
		{"a million of nothing", strings.Repeat("{},", 1_000_000) + heard, 0, true},
		{"one with a million names", `{"usual":[` + strings.Repeat("{},", 1_000_000) + `{}]}`, 0, true},
		{"one heard, and junk", heard + `,"a"`, 0, true},
	} {
		file := filepath.Join(dir, "state")
		if err := os.WriteFile(file, []byte(`{"format":"`+stateFormat+`","targets":[`+c.targets+`]}`), 0o600); err != nil {
			t.Fatal(err)
		}
		before := allocated()
		entries, err := readTargets(file)
		took := allocated() - before
		if damaged := err != nil && strings.HasSuffix(err.Error(), "state is damaged"); len(entries) != c.want || damaged != c.damaged {
			t.Errorf("%s: %d entries, %v", c.name, len(entries), err)
		}
		if most := 8*uint64(len(c.targets)) + 1<<20; took > most {
			t.Errorf("%s: took %d bytes, want %d at most", c.name, took, most)
		}
	}
}

// TestStateTooLarge: it is not even read. It is not parallel: it counts bytes.
func TestStateTooLarge(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, stateSize+1); err != nil {
		t.Fatal(err)
	}
	before := allocated()
	_, err := readState(file, func(*stateEntry) {})
	if took := allocated() - before; took > 1<<20 || err == nil || err.Error() != file+" is larger than 64 MiB" {
		t.Errorf("took %d bytes, %v", took, err)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

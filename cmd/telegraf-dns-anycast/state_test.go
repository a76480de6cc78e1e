//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// TestStateFile: execd mode alone touches it, and has written it when it ends.
func TestStateFile(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	conf := strings.Replace(asking("2s", serve(t, "127.0.0.1:0", named("lhr1"))), "timeout", "state_file = '"+state+"'\ntimeout", 1)
	file := writeFile(t, conf)
	for _, c := range []struct {
		stdin string
		args  []string
		want  bool
	}{
		{"", []string{"--check", "--config", file}, false},
		{"", []string{"--once", "--config", file}, false},
		{"", []string{"--config", file}, false}, // no round, nothing to keep
		{"\n", []string{"--config", file}, true},
	} {
		if got := runCommand(t, c.stdin, c.args...); got.status != statusOK || got.stderr != "" {
			t.Errorf("%q: %s", c.args, got)
		}
		if b, err := os.ReadFile(state); (err == nil) != c.want || c.want && !strings.Contains(string(b), `"place": "lhr1"`) {
			t.Errorf("%q, stdin %q: the state is %q, %v", c.args, c.stdin, b, err)
		}
	}
}

// TestStateFileIsConfiguration: by no name may it be the file that has the option, in any mode.
func TestStateFileIsConfiguration(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]func(file, link string) error{
		"itself":           func(string, string) error { return nil },
		"another spelling": func(string, string) error { return nil },
		"a symbolic link":  os.Symlink,
		"a hard link":      os.Link,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := writeFile(t, "")
			state := filepath.Join(filepath.Dir(file), "state")
			if err := other(file, state); err != nil {
				t.Fatal(err)
			}
			switch name {
			case "itself":
				state = file
			case "another spelling":
				state = filepath.Dir(file) + "//.././" + filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
			}
			conf := withOption("state_file = '" + state + "'")
			if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
				t.Fatal(err)
			}
			checkRefused(t, name, file, file+`:2: state_file: "`+state+`" is the configuration itself, which it would replace: write another path, like "/var/lib/telegraf/dns_anycast.state"`)
			if b, err := os.ReadFile(file); string(b) != conf {
				t.Errorf("the configuration became %q, %v", b, err)
			}
		})
	}
}

// TestStateFileOfOthers: what was not written here is left alone, and said once.
func TestStateFileOfOthers(t *testing.T) {
	t.Parallel()
	state := writeFile(t, "precious")
	conf := strings.Replace(asking("2s", serve(t, "127.0.0.1:0", named("lhr1"))), "timeout", "state_file = '"+state+"'\ntimeout", 1)
	got := runCommand(t, "\n\n", "--config", writeFile(t, conf), "--log-level", "warn")
	want := "W! state_file: " + state + " is no state file of this program, and is left alone: name another file, or remove it\n"
	if got.status != statusOK || strings.Count(got.stderr, want) != 1 || strings.Count(got.stdout, "instance=lhr1") != 2 {
		t.Errorf("%s, want two rounds and %q", got, want)
	}
	if b, err := os.ReadFile(state); string(b) != "precious" {
		t.Errorf("the file holds %q, %v", b, err)
	}
}

// TestStateOutlivesBrokenStdout: when Telegraf is killed, the plugin has written what its last round has learnt.
func TestStateOutlivesBrokenStdout(t *testing.T) {
	t.Parallel()
	var who atomic.Value
	who.Store("lhr1")
	server := serve(t, "127.0.0.1:0", func(q *dnstest.Query) { named(who.Load().(string))(q) })
	state := filepath.Join(t.TempDir(), "state")
	stdout, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := startExecd(t, strings.Replace(asking("2s", server), "timeout", "confirm = 1\nstate_file = '"+state+"'\ntimeout", 1), w, nil)
	p.write(t, "\n")
	if n, err := stdout.Read(make([]byte, 64<<10)); n == 0 {
		t.Fatal(err)
	}
	stdout.Close()
	who.Store("arn1")
	p.write(t, "\n")
	select {
	case <-p.Ended:
	case <-time.After(soon):
		t.Fatal("it does not end")
	}
	if b, err := os.ReadFile(state); !strings.Contains(string(b), `"place": "arn1"`) || p.Cmd.ProcessState.ExitCode() != statusFailed {
		t.Errorf("status %d, the state is %s, %v", p.Cmd.ProcessState.ExitCode(), b, err)
	}
}

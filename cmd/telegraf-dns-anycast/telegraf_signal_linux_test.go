package main

import (
	"cmp"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// TestTelegrafSignals: whatever Telegraf is told to ask with brings rounds, from one process; told nothing, it asks for
// none, and the plugin polls where it is told to.
func TestTelegrafSignals(t *testing.T) {
	t.Parallel()
	for _, signal := range []string{"", "none", "STDIN", "SIGHUP", "SIGUSR1", "SIGUSR2"} {
		for _, poll := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s polling %v", cmp.Or(signal, "unset"), poll), func(t *testing.T) {
				t.Parallel()
				testTelegrafSignal(t, signal, poll)
			})
		}
	}
}

func testTelegrafSignal(t *testing.T, signal string, poll bool) {
	server := newAsked(t, "127.0.0.1", 1, named("lhr1"), lhrTags, lhrFields)
	a := newAgent(t)
	path := skiptest.Telegraf(t, "../..")
	a.write(t, "plugin.conf", pluginConf([]*asked{server}))
	block := fmt.Sprintf(execdBlock, binary(t), a.file("plugin.conf")) + "  restart_delay = \"1s\"\n"
	line := fmt.Sprintf("signal = %q", signal)
	if signal == "" {
		line = ""
	}
	block = strings.Replace(block, `signal = "STDIN"`, line, 1)
	if poll {
		block = strings.Replace(block, `"--config"`, `"--poll_interval", "700ms", "--config"`, 1)
	}
	a.start(t, path, block)
	if asks := signal != "" && signal != "none"; !asks && !poll {
		a.plugin(t)
		time.Sleep(2500 * time.Millisecond)
		if n := server.queries.Load(); n > 0 {
			t.Errorf("%d queries", n)
		}
	} else {
		await(t, a, "a round", func() bool { return server.queries.Load() > 0 })
		before, pid := server.queries.Load(), a.plugin(t)
		await(t, a, "three rounds more", func() bool { return server.queries.Load() >= before+3 })
		if a.plugin(t) != pid {
			t.Errorf("the plugin was started again:\n%s", a.log(t))
		}
	}
	a.cmd.Process.Signal(syscall.SIGTERM)
	a.wait(t)
	if n := server.queries.Load(); n > 0 {
		a.checkPoints(t, server)
	}
}

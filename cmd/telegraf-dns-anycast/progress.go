package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// progress shows on stderr, if that is a terminal, how something goes on that takes longer than a
// second.
type progress struct {
	text          func() string // called beside what goes on
	stop, stopped chan struct{}
}

func startProgress(text func() string) *progress {
	p := &progress{text: text, stop: make(chan struct{}), stopped: make(chan struct{})}
	go p.show()
	return p
}

// end removes what was shown.
func (p *progress) end() {
	close(p.stop)
	<-p.stopped
}

func (p *progress) show() {
	defer close(p.stopped)
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		<-p.stop
		return
	}
	begin, end, every := clearLine, "", 200*time.Millisecond
	if isPlain() {
		begin, end, every = "", "\n", time.Second
	}
	for wait := time.Second; ; wait = every {
		select {
		case <-p.stop:
			if wait == every && end == "" {
				fmt.Fprint(os.Stderr, clearLine)
			}
			return
		case <-time.After(wait):
		}
		width, _ := sizeOf(os.Stderr)
		text := cells.Cut(p.text(), width-1) // a full line would bring the cursor to the next
		fmt.Fprint(os.Stderr, begin, text, end)
	}
}

// answers counts those of a round, for its progress.
type answers struct {
	total           int // queries planned; a host name may stand for several
	ended, answered atomic.Int64
}

func answersTo(plan []dns_anycast.PlannedQuery) *answers {
	var a answers
	for _, p := range plan {
		if p.Zone == "" {
			a.total++
		}
	}
	return &a
}

// add counts queries for the identity; what a round says of zones comes at its end.
func (a *answers) add(row dns_anycast.Row) {
	if row.Query == nil || row.Query.Zone != "" {
		return
	}
	a.ended.Add(1)
	if row.Query.Answered {
		a.answered.Add(1)
	}
}

func (a *answers) text() string {
	total := max(int64(a.total), a.ended.Load())
	return fmt.Sprintf("%d of %d have answered …", a.answered.Load(), total)
}

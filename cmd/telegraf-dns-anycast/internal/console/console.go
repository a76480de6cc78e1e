// Package console has the rules of speech on stderr: one line a message, short, without control
// characters, and with its level first where execd reads it.
package console

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// MaxMessage bounds the text of a message in bytes, of which more are cut: beyond 64 KiB execd
// would stop reading.
const MaxMessage = 1000

// Console is a telegraf.Logger that keeps nothing. It is made by New.
type Console struct {
	level    telegraf.LogLevel
	prefixed bool

	mu     sync.Mutex // of what follows
	out    io.Writer
	queue  chan string // lines to be written beside their callers; nil: each is written at once
	closed bool        // nothing is queued any more
}

// MaxQueued is how many messages wait for a stderr that is not read.
const MaxQueued = 64

const flushTime = 100 * time.Millisecond // at the end

// New makes one that leaves out messages below a level; with prefixed a line begins with its own.
func New(out io.Writer, level telegraf.LogLevel, prefixed bool) *Console {
	return &Console{out: out, level: level, prefixed: prefixed}
}

// Prefixed reports whether lines begin with their level.
func (c *Console) Prefixed() bool { return c.prefixed }

// Redirect writes messages elsewhere until back is called.
func (c *Console) Redirect(out io.Writer) (back func()) {
	before := c.swap(out)
	return func() { c.swap(before) }
}

func (c *Console) swap(out io.Writer) (before io.Writer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, c.out = c.out, out
	return before
}

// Detach writes messages beside their callers: a stderr that is full and not read holds up neither
// rounds nor the end. What the queue does not hold is dropped. The function returned waits a moment
// for the rest to be written.
func (c *Console) Detach() (flush func()) {
	c.queue = make(chan string, MaxQueued)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for line := range c.queue {
			io.WriteString(c.out, line)
		}
	}()
	return func() {
		c.mu.Lock()
		c.closed = true
		close(c.queue)
		c.mu.Unlock()
		select {
		case <-done:
		case <-time.After(flushTime):
		}
	}
}

// say says what Sprint makes of args, unless the level is left out: then nothing is made of them.
func (c *Console) say(level telegraf.LogLevel, args ...any) {
	if c.level.Includes(level) {
		c.tell(level, fmt.Sprint(args...))
	}
}

// sayf is say with Sprintf.
func (c *Console) sayf(level telegraf.LogLevel, format string, args ...any) {
	if c.level.Includes(level) {
		c.tell(level, fmt.Sprintf(format, args...))
	}
}

func (c *Console) tell(level telegraf.LogLevel, text string) {
	text = cells.Flat(text)
	if len(text) > MaxMessage {
		text = strings.ToValidUTF8(text[:MaxMessage], "") + "…"
	}
	if c.prefixed {
		text = level.Indicator() + " " + text
	}
	c.write(text + "\n")
}

// write says nothing of a stderr that is gone: there is nowhere to say it.
func (c *Console) write(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
	case c.queue == nil:
		io.WriteString(c.out, line)
	default:
		select {
		case c.queue <- line:
		default:
		}
	}
}

func (c *Console) Level() telegraf.LogLevel          { return c.level }
func (c *Console) AddAttribute(string, any)          {}
func (c *Console) Errorf(format string, args ...any) { c.sayf(telegraf.Error, format, args...) }
func (c *Console) Error(args ...any)                 { c.say(telegraf.Error, args...) }
func (c *Console) Warnf(format string, args ...any)  { c.sayf(telegraf.Warn, format, args...) }
func (c *Console) Warn(args ...any)                  { c.say(telegraf.Warn, args...) }
func (c *Console) Infof(format string, args ...any)  { c.sayf(telegraf.Info, format, args...) }
func (c *Console) Info(args ...any)                  { c.say(telegraf.Info, args...) }
func (c *Console) Debugf(format string, args ...any) { c.sayf(telegraf.Debug, format, args...) }
func (c *Console) Debug(args ...any)                 { c.say(telegraf.Debug, args...) }
func (c *Console) Tracef(format string, args ...any) { c.sayf(telegraf.Trace, format, args...) }
func (c *Console) Trace(args ...any)                 { c.say(telegraf.Trace, args...) }

package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// maxMessage bounds a line on stderr in bytes: beyond 64 KiB execd would stop reading it.
const maxMessage = 1000

// console is stderr and the rules of speech there: one line a message, short, without control characters; with
// prefixed, its level first, as execd reads it. It is a telegraf.Logger and keeps nothing.
type console struct {
	out      io.Writer
	level    telegraf.LogLevel
	prefixed bool
	mu       sync.Mutex
	queue    chan string // to be written beside the speaker; nil: at once
	closed   bool        // nothing is queued any more
}

const (
	queuedMessages = 64
	flushTime      = 100 * time.Millisecond
)

// detach lets messages be written beside who says them: a stderr that is full and not read holds up neither rounds nor
// the end. What the queue does not hold is dropped. The function returned waits a moment for the rest to be written.
func (c *console) detach() (flush func()) {
	c.queue = make(chan string, queuedMessages)
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

func (c *console) say(level telegraf.LogLevel, text string) {
	if !c.level.Includes(level) {
		return
	}
	text = cells.Flat(text)
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	if c.prefixed {
		text = level.Indicator() + " " + text
	}
	c.write(text + "\n")
}

// write tells nobody that stderr is gone: nobody is left.
func (c *console) write(line string) {
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

func (c *console) Level() telegraf.LogLevel { return c.level }
func (c *console) AddAttribute(string, any) {}
func (c *console) Errorf(format string, args ...any) {
	c.say(telegraf.Error, fmt.Sprintf(format, args...))
}
func (c *console) Error(args ...any) { c.say(telegraf.Error, fmt.Sprint(args...)) }
func (c *console) Warnf(format string, args ...any) {
	c.say(telegraf.Warn, fmt.Sprintf(format, args...))
}
func (c *console) Warn(args ...any) { c.say(telegraf.Warn, fmt.Sprint(args...)) }
func (c *console) Infof(format string, args ...any) {
	c.say(telegraf.Info, fmt.Sprintf(format, args...))
}
func (c *console) Info(args ...any) { c.say(telegraf.Info, fmt.Sprint(args...)) }
func (c *console) Debugf(format string, args ...any) {
	c.say(telegraf.Debug, fmt.Sprintf(format, args...))
}
func (c *console) Debug(args ...any) { c.say(telegraf.Debug, fmt.Sprint(args...)) }
func (c *console) Tracef(format string, args ...any) {
	c.say(telegraf.Trace, fmt.Sprintf(format, args...))
}
func (c *console) Trace(args ...any) { c.say(telegraf.Trace, fmt.Sprint(args...)) }

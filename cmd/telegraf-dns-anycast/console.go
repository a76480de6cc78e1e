package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"

	"github.com/influxdata/telegraf"
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
}

func (c *console) say(level telegraf.LogLevel, text string) {
	if !c.level.Includes(level) {
		return
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	if c.prefixed {
		text = level.Indicator() + " " + text
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	io.WriteString(c.out, text+"\n") // nobody is left to be told that stderr is gone
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

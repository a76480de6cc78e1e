package main

import (
	"io"
	"os"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/rounds"
)

// What a terminal does on these: DEC private modes, which every terminal of today knows. The
// alternate screen leaves what stood there before; without wrapping, a line that is too long is cut
// at the edge, however wide its letters are.
const (
	enterScreen = "\033[?1049h\033[?25l\033[?7l"
	leaveScreen = "\033[?7h\033[?25h\033[?1049l"
	home        = "\033[H"
	clearRest   = "\033[J"
)

// screen is the terminal that a watch draws on.
type screen struct {
	out      *os.File
	interval time.Duration
	suspend  <-chan os.Signal
	last     drawn // nothing: zero
}

func (s *screen) open() error {
	s.last = drawn{}
	width, _ := sizeOf(s.out)
	_, err := io.WriteString(s.out, enterScreen+home+clearRest+cells.Cut("asking …", width))
	return err
}

// close makes the terminal what it was.
func (s *screen) close() { io.WriteString(s.out, leaveScreen) }

// drawn is what a page depends on: it is not made again while that is the same.
type drawn struct{ width, height, rounds, events int }

// draw shows as much as fits, if that is not what stands there.
func (s *screen) draw(h *rounds.History) error {
	if h.Rounds() == 0 {
		return nil
	}
	width, height := sizeOf(s.out)
	now := drawn{width, height, h.Rounds(), h.Events()}
	if now == s.last {
		return nil
	}
	s.last = now
	text := home
	page := h.Page(s.interval, lookFor(s.out), height)
	for i, l := range page { // clearing behind a full line would take its last cell
		if i < len(page)-1 {
			text += clearLine + l.String() + "\r\n"
		} else {
			text += clearRest + l.String()
		}
	}
	_, err := io.WriteString(s.out, text)
	return err
}

// print writes all of it at the end.
func (s *screen) print(h *rounds.History) error {
	_, err := io.WriteString(s.out, h.Whole(lookFor(s.out)))
	return err
}

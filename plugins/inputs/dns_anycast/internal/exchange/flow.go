package exchange

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"slices"
	"syscall"
	"time"
)

// ErrNoICMP is why no flow is opened on a system that hands out no ICMP errors.
var ErrNoICMP = errors.New("this system hands out no ICMP errors")

// lateMost is how long after its query an ICMP error that quotes nothing of it may come.
const lateMost = 2 * time.Second

// SignsMost is how many ICMP errors a flow holds that have not been handed out: more are a flood.
const SignsMost = 256

// Flow sends queries that may end on the way to one address, all from one fresh socket: they are
// one flow to whatever spreads flows over paths. It is no group's: what comes here counts for
// nobody else. One goroutine uses it.
type Flow struct {
	sock    *socket
	to      netip.AddrPort
	flights []Datagram // open: no sign came, and none is excluded
	signs   []Sign     // read, and not handed out yet
	heard   []voice    // whose ICMP errors are of queries that are no longer open
	packet  packet     // the one that was made last
	last    int        // flight whose departure was reported last
	clock   clock
}

// Sign is what came back for a query: its answer, or an ICMP error.
type Sign struct {
	Query  int           // its number; -1: of an ICMP error that quotes too little to tell
	Again  bool          // Query is -1, and who said it has said it of another query: a duplicate, perhaps
	ICMP   *ICMP         // nil: the answer
	RTT    time.Duration // above zero; since the last query where it is not known which
	Kernel bool          // the kernel stamped both ends of RTT
}

// voice is who said what by ICMP.
type voice struct {
	from netip.Addr
	kind ICMPKind
}

func (m *ICMP) voice() voice { return voice{m.From, m.Kind} }

// OpenFlow fails with a *Failure of kind Local, or ErrNoICMP. A source that is invalid is the
// system's choice.
func OpenFlow(source netip.Addr, to netip.AddrPort) (*Flow, error) {
	if !ICMPErrors {
		return nil, ErrNoICMP
	}
	r := route{source, to}
	if f := r.noInterface(); f != nil {
		return nil, f
	}
	sock, err := openSocket(r)
	if err != nil {
		return nil, localFailure(err, r)
	}
	return &Flow{sock: sock, to: to, clock: newClock()}, nil
}

// Close ends the flow. What is still to come is not heard.
func (f *Flow) Close() { f.sock.close() }

// triesMost is how often a system call of a flow's may fail: ICMP errors of others come out as its
// errors, and in a flood of them the next is there as soon as the last was taken away.
const triesMost = 100

// Send puts a query on its way with a TTL (IPv6: hop limit), zero for the one that all queries
// have. It returns the query's number: 0, 1, 2 … The error is a *Failure of kind Local.
func (f *Flow) Send(q Query, ttl int) (number int, err error) {
	number = len(f.flights)
	f.flights = append(f.flights, Datagram{Query: q, To: f.to, flight: flight{open: true}})
	for range triesMost { // each takes one error away; what it is about is read by Await
		f.flights[number].sent = time.Now()
		if err = f.sock.send(f.packet.of(q), f.to, ttl); err == errFull {
			f.sock.awaitRoom()
			err = f.sock.send(f.packet, f.to, ttl)
		}
		if err == nil || is(err, syscall.EPERM) { // this host's firewall, and never ICMP
			break
		}
	}
	if err != nil {
		f.flights[number].open = false
		return number, localFailure(err, route{f.sock.source, f.to})
	}
	return number, nil
}

// Exclude says that an ICMP error was of that query: none that quotes nothing can be any more.
func (f *Flow) Exclude(number int, said *ICMP) {
	f.flights[number].open = false
	f.heard = append(f.heard, said.voice())
}

// Late reports whether an ICMP error that quotes nothing may yet be of that query.
func (f *Flow) Late(number int) bool {
	fl := &f.flights[number]
	return fl.open && time.Since(fl.sent) <= lateMost
}

// Await returns the next sign. There is none where nothing comes until then, or ctx is done.
func (f *Flow) Await(ctx context.Context, until time.Time) (s Sign, ok bool) {
	if err := f.sock.attend(until); err != nil {
		return s, false
	}
	stop := context.AfterFunc(ctx, f.sock.wake)
	defer stop()
	for failures := 0; len(f.signs) == 0 && failures < triesMost; {
		b, from, rx, err := f.sock.read()
		switch {
		case err == nil:
			f.arrived(b, from, rx)
		case errors.Is(err, os.ErrDeadlineExceeded):
			if f.drain(); len(f.signs) == 0 || ctx.Err() != nil {
				return s, false
			}
		case f.readEvents():
			f.drain() // an error comes out before an answer that came before it
		default:
			failures++
		}
	}
	if len(f.signs) == 0 {
		return s, false
	}
	s, f.signs = f.signs[0], f.signs[1:]
	return s, true
}

// drain reads what the kernel holds already, as group.drain does. A read may fail, by the error that
// was there; more that do are a flood's.
func (f *Flow) drain() {
	f.readEvents()
	failed := false
	for range drainMost {
		b, from, rx, err := f.sock.readNow()
		switch {
		case err == nil:
			f.arrived(b, from, rx)
		case err == errNothing || failed:
			return
		default:
			failed = true
			f.readEvents()
		}
	}
}

// readEvents reads the error queue until it is empty and reports whether there was anything.
func (f *Flow) readEvents() (any bool) {
	for range drainMost {
		e, ok := f.sock.event()
		switch {
		case !ok:
			return any
		case e.tx != 0:
			f.last = recordDeparture(f.flights, f.last, &f.packet, e)
		case e.icmp.Kind.Heeded() && e.to == f.to:
			f.said(e)
		}
		any = true
	}
	return any
}

// said takes an ICMP error. Only the first about a query counts, and only what quotes a query that
// was sent, as far as it quotes any.
func (f *Flow) said(e event) {
	now := time.Now()
	quote := e.quote()
	number, several := f.quoted(quote, now)
	if number < 0 {
		quote = unfilled(quote)
		number, several = f.quoted(quote, now)
	}
	if number < 0 || len(f.signs) >= SignsMost {
		return
	}
	at := int64(0)
	if !e.icmp.At.IsZero() {
		at = e.icmp.At.UnixNano()
	}
	s := f.sign(number, at, now)
	s.ICMP = &e.icmp
	s.Again = len(quote) == 0 && slices.Contains(f.heard, e.icmp.voice())
	if several || s.Again {
		s.Query = -1
	} else {
		f.Exclude(number, &e.icmp)
	}
	f.signs = append(f.signs, s)
}

// quoted returns the number of the last query that begins with what an ICMP error quotes, -1 where
// there is none, and whether there are several. Many routers quote nothing of it (RFC 792 has them
// quote the UDP header and no more): then it is the query on its way, or any before it that is not
// too old.
func (f *Flow) quoted(quote []byte, now time.Time) (number int, several bool) {
	number = -1
	if last := len(f.flights) - 1; len(quote) == 0 && (last < 0 || !f.flights[last].open) {
		return -1, false
	}
	for i := len(f.flights) - 1; i >= 0; i-- {
		fl := &f.flights[i]
		old := len(quote) == 0 && number >= 0 && now.Sub(fl.sent) > lateMost
		if !fl.open || old || !begins(f.packet.of(fl.Query), quote) {
			continue
		}
		if number >= 0 {
			return number, true
		}
		number = i
	}
	return number, false
}

// arrived takes a datagram. The answer stands above what an ICMP error said of its query: that can
// be forged. What is none is nobody's.
func (f *Flow) arrived(b []byte, from netip.AddrPort, rx int64) {
	now := time.Now()
	for i := range f.flights {
		if from == f.to && f.flights[i].Match(b) == nil {
			f.readEvents() // for its departure
			f.flights[i].open = false
			f.signs = append(f.signs, f.sign(i, rx, now))
			return
		}
	}
}

func (f *Flow) sign(number int, rx int64, read time.Time) Sign {
	fl := &f.flights[number]
	rtt, kernel := roundTrip(fl.sent, read, fl.tx, rx, f.clock.stepped(read))
	return Sign{Query: number, RTT: rtt, Kernel: kernel}
}

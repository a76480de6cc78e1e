package ripeatlas

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Fault is why an answer of the API, or the lack of one, is of no use. What is asked is asked again.
type Fault struct {
	Kind  string        // one word for all of a kind
	Text  string        // what happened, on one line
	After time.Duration // how long the server wants to be left alone; zero: it did not say
	Final bool          // asking again is of little use: the request is refused
}

func (f *Fault) Error() string { return f.Text }

// Kinds of faults, beside the status of an answer.
const (
	kindHTML       = "HTML"
	kindCut        = "cut"
	kindSilent     = "silent"
	kindSlow       = "slow"
	kindConnection = "connection"
	kindLong       = "long"
	kindEmpty      = "empty"
	kindContent    = "content"
)

var (
	errSilent = errors.New("nothing came in time")
	errSlow   = errors.New("the answer did not end in time")
)

// isFault reports whether err is a fault of the kind.
func isFault(err error, kind string) bool {
	var f *Fault
	return errors.As(err, &f) && f.Kind == kind
}

// longestWait bounds what a server may ask for.
const longestWait = time.Hour

// statusFault is the fault of an answer whose status is not 200.
func statusFault(r *http.Response, now time.Time) *Fault {
	f := &Fault{Kind: strconv.Itoa(r.StatusCode), After: waitOf(r.Header.Get("Retry-After"), now)}
	f.Text = fmt.Sprintf("answers %s %s", f.Kind, http.StatusText(r.StatusCode))
	f.Text = strings.TrimSpace(f.Text)
	if detail := detailOf(r.Body); detail != "" {
		f.Text += ": " + detail
	}
	busy := r.StatusCode == http.StatusTooManyRequests || r.StatusCode == http.StatusRequestTimeout ||
		r.StatusCode == http.StatusRequestedRangeNotSatisfiable // which the API has been seen to say when busy
	f.Final = r.StatusCode/100 == 4 && !busy
	return f
}

// waitOf reads Retry-After, s or a date (RFC 9110, section 10.2.3); zero: it says nothing.
func waitOf(after string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseInt(strings.TrimSpace(after), 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(after); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), longestWait)
}

// transportFault is the fault of a request that ended with err, or of an answer that did. Where the
// caller's context has ended, that is the error.
func transportFault(ctx context.Context, caller context.Context, err error) error {
	if caller.Err() != nil {
		return context.Cause(caller)
	}
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errSilent):
		return &Fault{Kind: kindSilent, Text: "says nothing"}
	case errors.Is(cause, errSlow):
		return &Fault{Kind: kindSlow, Text: "does not come to an end with its answer"}
	}
	var f *Fault
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Fault{Kind: kindCut, Text: "has cut off its answer"}
	}
	var request *url.Error // which would repeat the URL
	if errors.As(err, &request) {
		err = request.Err
	}
	return &Fault{Kind: kindConnection, Text: "cannot be read: " + err.Error()}
}

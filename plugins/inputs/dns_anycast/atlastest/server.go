// Package atlastest plays the API of RIPE Atlas for tests and tools, with the faults that it has at
// times. It is never part of the command.
//
// A Server has measurements, their results and the archive of probes. A Result is written as the
// API writes it, with a message that was packed here or that a real name server sent.
package atlastest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is the API below /api/v2, and the archive at /archive. Its zero value has nothing.
type Server struct {
	mu           sync.Mutex
	measurements map[int]Measurement
	results      map[int][]stored
	archive      []byte
	faults       []Fault
	requests     []Request
}

// stored is a result as it is written, and since when there is one.
type stored struct {
	line  []byte
	at    int64 // s since 1970
	since time.Time
}

// Request is one that came.
type Request struct {
	Path        string
	Start, Stop int64  // of results, s since 1970; zero: it was for something else
	Key         string // the header Authorization
}

// Serve serves on a port of loopback until the test ends, and returns the URL of the API.
func (s *Server) Serve(t testing.TB) string {
	t.Helper()
	h := httptest.NewServer(s)
	t.Cleanup(func() { h.CloseClientConnections(); h.Close() })
	return h.URL + "/api/v2"
}

// Measure makes measurements known, or known anew.
func (s *Server) Measure(all ...Measurement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.measurements == nil {
		s.measurements = map[int]Measurement{}
	}
	for _, m := range all {
		s.measurements[m.ID] = m
	}
}

// Add adds results, which are given in this order; late, or twice, as they say.
func (s *Server) Add(all ...Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.results == nil {
		s.results = map[int][]stored{}
	}
	for _, r := range all {
		one := stored{r.Line(), r.At.Unix(), r.At.Add(r.Late)}
		s.results[r.Measurement] = append(s.results[r.Measurement], one)
		if r.Twice {
			s.results[r.Measurement] = append(s.results[r.Measurement], one)
		}
	}
}

// SetArchive sets what is at /archive.
func (s *Server) SetArchive(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.archive = b
}

// Fail has the next requests fail, one after the other, whatever they are for.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Requests are those that came so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(r.FormValue(name), 10, 64)
		return n
	}
	asked := Request{r.URL.Path, number("start"), number("stop"), r.Header.Get("Authorization")}
	answer, fault, found := s.take(asked)
	switch {
	case fault != nil:
		fault(w, r, answer)
	case !found:
		Status(http.StatusNotFound)(w, r, nil)
	default:
		w.Write(answer)
	}
}

// take finds the answer to a request, and the fault that is due.
func (s *Server) take(asked Request) (answer []byte, fault Fault, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, asked)
	if len(s.faults) > 0 {
		fault, s.faults = s.faults[0], s.faults[1:]
	}
	if asked.Path == "/archive" {
		return s.archive, fault, s.archive != nil
	}
	path, _ := strings.CutPrefix(asked.Path, "/api/v2/measurements/")
	number, of, _ := strings.Cut(path, "/")
	id, _ := strconv.Atoi(number)
	m, known := s.measurements[id]
	switch {
	case !known || of != "" && of != "results/":
		return nil, fault, false
	case of == "":
		return m.JSON(), fault, true
	}
	return s.text(id, asked), fault, true
}

// text is the results of a measurement that are there now.
func (s *Server) text(id int, asked Request) []byte {
	var text bytes.Buffer
	for _, r := range s.results[id] {
		if r.at >= asked.Start && r.at <= asked.Stop && !time.Now().Before(r.since) {
			fmt.Fprintf(&text, "%s\n", r.line)
		}
	}
	return text.Bytes()
}

package atlastest

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
)

// Fault answers a request in another way than with the answer.
type Fault func(w http.ResponseWriter, r *http.Request, answer []byte)

// OK is none: the request after the faults before it is answered.
func OK(w http.ResponseWriter, _ *http.Request, answer []byte) { w.Write(answer) }

// Status answers with a status and what the API says with it.
func Status(code int) Fault { return BusyFor(code, "") }

// BusyFor is Status with the header Retry-After; empty: without.
func BusyFor(code int, after string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"error":{"status":%d,"code":102,"title":%q,"detail":"Not now, please."}}`, code, http.StatusText(code))
	}
}

// HTML answers with a page, and says that all is well.
func HTML(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write([]byte("<!DOCTYPE html>\n<html><head><title>RIPE Atlas</title></head><body>Maintenance</body></html>\n"))
}

// Page is HTML that calls itself JSON.
func Page(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Write([]byte("\n<html><body>Bad gateway</body></html>\n"))
}

// Empty answers with nothing.
func Empty(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.Header().Set("Content-Type", "text/plain")
}

// CutLine ends the answer in the middle of its last line, as if that were its end.
func CutLine(w http.ResponseWriter, _ *http.Request, answer []byte) {
	last := bytes.LastIndexByte(bytes.TrimSuffix(answer, []byte("\n")), '\n') + 1
	w.Write(answer[:(last+len(answer))/2])
}

// Cut closes the connection in the middle of the answer.
func Cut(w http.ResponseWriter, _ *http.Request, answer []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	w.Write(answer[:len(answer)/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// Closed closes the connection without a word.
func Closed(http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) }

// Hang stops in the middle of the answer until the client goes.
func Hang(w http.ResponseWriter, r *http.Request, answer []byte) {
	w.Write(answer[:len(answer)/2])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// Silent says nothing until the client goes.
func Silent(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() }

// Twice has everything twice.
func Twice(w http.ResponseWriter, _ *http.Request, answer []byte) {
	w.Write(answer)
	w.Write(answer)
}

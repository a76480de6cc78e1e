package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// cutBody leaves the first half.
func cutBody(r *http.Response) {
	b, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(b[:len(b)/2]))
}

// failBody adds an error to what has come.
func failBody(r *http.Response) {
	r.Body = io.NopCloser(io.MultiReader(r.Body, strings.NewReader(`{"results":[{"statement_id":0,"error":"timeout reached"}]}`)))
}

func redirect(r *http.Response) {
	r.StatusCode, r.Status = http.StatusFound, "302 Found"
	r.Header.Set("Location", "http://192.0.2.1/query")
}

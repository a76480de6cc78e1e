// Package influxql asks an InfluxDB 1.x, and passes its answers on as they come. An answer that is
// not whole is an error, whatever it lacks.
package influxql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	rowsAtOnce   = 10000
	connectIn    = 10 * time.Second
	silentAtMost = 2 * time.Minute // a statement that sorts much says nothing for a while
)

// Client asks one database. Its password goes nowhere but to the server that it was given.
type Client struct {
	Server         string // scheme, host and path, for messages
	base           *url.URL
	database       string
	user, password string
	http           *http.Client
}

// ParseURL reads that of a server.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil: // whose text would repeat a password
		return nil, errors.New("is no URL: write it like http://127.0.0.1:8086")
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return nil, errors.New("is no URL of http or https: write it like http://127.0.0.1:8086")
	case u.User != nil:
		return nil, errors.New("holds a user: set INFLUXDB_READ_USER and INFLUXDB_READ_PASSWORD instead")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("holds a query or a fragment: write it like http://127.0.0.1:8086")
	}
	return u, nil
}

// New makes a client; without a user it logs in as nobody.
func New(base *url.URL, database, user, password string) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: connectIn}).DialContext
	transport.TLSHandshakeTimeout = connectIn
	transport.DisableCompression = true // it costs the server more than the way
	return &Client{
		Server: base.Redacted(), base: base, database: database, user: user, password: password,
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Query runs one statement and calls each for every part of a series as it comes, in the server's
// order. Its error says where; it names no password.
func (c *Client) Query(ctx context.Context, statement string, each func(*Series) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(silentAtMost, func() {
		cancel(fmt.Errorf("nothing came for %s", silentAtMost))
	})
	defer silence.Stop()
	err := c.query(ctx, statement, silence, each)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return err
}

func (c *Client) query(ctx context.Context, statement string, silence *time.Timer,
	each func(*Series) error,
) error {
	form := url.Values{
		"db": {c.database}, "q": {statement}, "epoch": {"s"},
		"chunked": {"true"}, "chunk_size": {strconv.Itoa(rowsAtOnce)},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath("query").String(),
		strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if c.user != "" {
		r.SetBasicAuth(c.user, c.password)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return reason(err)
	}
	defer answer.Body.Close()
	body := &heard{answer.Body, silence}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer, body)
	}
	return read(body, each)
}

// reason is what package http says without the request, which the caller names.
func reason(err error) error {
	if of, ok := errors.AsType[*url.Error](err); ok {
		return of.Err
	}
	return err
}

// heard puts off the end of a server's silence.
type heard struct {
	from    io.Reader
	silence *time.Timer
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.from.Read(p)
	h.silence.Reset(silentAtMost)
	return n, err
}

// Quote writes the name of a database, measurement, tag or field.
func Quote(name string) string { return `"` + escape(name, `"`) + `"` }

// Text writes a value that a tag is compared with.
func Text(value string) string { return "'" + escape(value, "'") + "'" }

func escape(text, quote string) string {
	return strings.NewReplacer(`\`, `\\`, quote, `\`+quote, "\n", `\n`).Replace(text)
}

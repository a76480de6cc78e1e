package ripeatlas

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	silence    = 30 * time.Second // without a byte, after which a server is given up
	slowness   = 10 * time.Minute // that one answer may take
	answerSize = 256 << 20        // bytes, unpacked: some 25 times of a slice of results from all probes, twice an archive
	detailSize = 4 << 10          // bytes of what comes with an error
	detailText = 200              // bytes of that in a message
	atATime    = 2                // windows that are fetched beside each other: each takes memory
	agent      = "telegraf-dns-anycast"
)

// Client asks the API. It may be used from several goroutines.
type Client struct {
	url, key string
	http     *http.Client
	silence  time.Duration
	slots    chan struct{} // of windows being fetched
}

// NewClient returns a client of the API at a URL, and with a key unless that is empty: what is public can be read without.
func NewClient(url, key string) *Client {
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{}).DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: atATime,
		IdleConnTimeout:     time.Minute,
	}
	c := &Client{
		url: strings.TrimRight(url, "/"), key: key, http: &http.Client{Transport: t},
		silence: silence, slots: make(chan struct{}, atATime),
	}
	c.http.CheckRedirect = c.redirect
	return c
}

// mostRedirects is how many redirections are followed, one after the other.
const mostRedirects = 10

// redirect follows a redirection. The key stays with the API's own host and port, and is not sent in
// clear where it was not before: net/http by itself compares names of hosts alone.
func (c *Client) redirect(to *http.Request, before []*http.Request) error {
	if len(before) >= mostRedirects {
		return errors.New("it redirects again and again")
	}
	from := before[0].URL
	if to.URL.Host != from.Host || to.URL.Scheme != from.Scheme && to.URL.Scheme != "https" {
		to.Header.Del("Authorization")
	}
	return nil
}

// Close ends what connections are idle.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Measurement asks what a measurement is. The error is a *Fault, or the context's.
func (c *Client) Measurement(ctx context.Context, id int) (m *Measurement, err error) {
	err = c.get(ctx, fmt.Sprintf("%s/measurements/%d/", c.url, id), func(r io.Reader) error {
		b, err := io.ReadAll(io.LimitReader(r, lineSize))
		if err != nil {
			return err
		}
		if m, err = parseMeasurement(b, id); err != nil {
			return &Fault{Kind: kindContent, Text: "says nothing of use: " + err.Error()}
		}
		return nil
	})
	return m, err
}

// results asks for a measurement's results from one second to another, both included, and has read
// take the text.
func (c *Client) results(ctx context.Context, id int, from, to int64, read func(io.Reader) error) error {
	url := fmt.Sprintf("%s/measurements/%d/results/?start=%d&stop=%d&format=txt", c.url, id, from, to)
	return c.get(ctx, url, read)
}

// get has read take the body that is at url.
func (c *Client) get(caller context.Context, url string, read func(io.Reader) error) error {
	ctx, end := context.WithCancelCause(caller)
	defer end(nil)
	ctx, release := context.WithTimeoutCause(ctx, slowness, errSlow)
	defer release()
	watch := time.AfterFunc(c.silence, func() { end(errSilent) })
	defer watch.Stop()

	err := c.fetch(ctx, url, func(r io.Reader) error {
		return read(&watched{r: r, watch: watch, silence: c.silence, left: answerSize})
	})
	if err != nil {
		return transportFault(ctx, caller, err)
	}
	return nil
}

func (c *Client) fetch(ctx context.Context, url string, read func(io.Reader) error) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", agent)
	if c.key != "" && strings.HasPrefix(url, c.url+"/") {
		request.Header.Set("Authorization", "Key "+c.key)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return statusFault(response, time.Now())
	}
	body := bufio.NewReaderSize(response.Body, bufferSize)
	if isMarkup(body) { // whatever it calls itself
		return &Fault{Kind: kindHTML, Text: "answers with a page of HTML"}
	}
	return read(body)
}

// isMarkup reports whether what is to be read begins as HTML does, and no JSON.
func isMarkup(r *bufio.Reader) bool {
	head, _ := r.Peek(64) // what went wrong is told when it is read
	return bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("<"))
}

// watched is a body that something comes of, again and again, and that has an end.
type watched struct {
	r       io.Reader
	watch   *time.Timer // ends the request
	silence time.Duration
	left    int // bytes
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.left -= n; w.left < 0 {
		return n, &Fault{Kind: kindLong, Text: fmt.Sprintf("answers with more than %d MiB", answerSize>>20)}
	}
	if n > 0 && w.watch.Stop() {
		w.watch.Reset(w.silence)
	}
	return n, err
}

// detailOf is what an answer of the API says that refuses a request, with or without "error" around
// it; empty: nothing that is known.
func detailOf(body io.Reader) string {
	var said struct {
		Detail text
		Title  text
		Error  struct{ Detail, Title text }
	}
	b, err := io.ReadAll(io.LimitReader(body, detailSize))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) || json.Unmarshal(b, &said) != nil {
		return ""
	}
	return observation.Printable(firstOf(said.Error.Detail, said.Detail, said.Error.Title, said.Title), detailText)
}

package influxql

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// serve plays an InfluxDB.
func serve(t *testing.T, h http.HandlerFunc) *url.URL {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return parse(t, s.URL)
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := ParseURL(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// rowsOf runs a statement and returns its rows as texts.
func rowsOf(u *url.URL) (rows []string, err error) {
	c := New(u, "telegraf", "reader", "secret")
	err = c.Query(context.Background(), "SELECT 1", func(s *Series) error {
		return s.Rows(func(cells []Cell) error {
			text := s.Tags["cloud"]
			for _, c := range cells {
				text += "|" + string(c)
			}
			rows = append(rows, text)
			return nil
		})
	})
	return rows, err
}

const (
	firstPart = `{"results":[{"statement_id":0,"series":[{"name":"m","tags":{"cloud":"a|\"b\""},"columns":["time","x"],"values":[[1,2.5],[2,"q, ]\"\\"]],"partial":true}],"partial":true}]}` + "\n"
	lastPart  = `{"results":[{"statement_id":0,"series":[{"name":"m","tags":{"cloud":"c"},"columns":["time","x"],"values":[[3,null]]}]}]}` + "\n"
)

func TestAnswer(t *testing.T) {
	var got *http.Request
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		got = r
		io.WriteString(w, firstPart+lastPart)
	})
	rows, err := rowsOf(u)
	want := `a|"b"|1|2.5 a|"b"|2|"q, ]\"\\" c|3|null`
	if text := strings.Join(rows, " "); err != nil || text != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	user, password, _ := got.BasicAuth()
	if got.Method != "POST" || got.URL.String() != "/query" || user != "reader" || password != "secret" ||
		got.Form.Get("q") != "SELECT 1" || got.Form.Get("db") != "telegraf" || got.Form.Get("chunked") != "true" {
		t.Errorf("%s %s as %s, %v", got.Method, got.URL, user, got.Form)
	}
}

// TestNotWhole: whatever an answer lacks is an error, and says what in one short line.
func TestNotWhole(t *testing.T) {
	answer := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); io.WriteString(w, text) }
	}
	for name, test := range map[string]struct {
		serve http.HandlerFunc
		want  string
	}{
		"empty":              {answer(200, ""), "the answer is cut"},
		"cut in a row":       {answer(200, firstPart[:150]), "the answer is cut"},
		"cut behind a part":  {answer(200, firstPart), "the answer is cut"},
		"cut connection":     {cutAfter(firstPart + lastPart), "the answer is cut"},
		"truncated":          {answer(200, strings.Replace(lastPart, `}]}]}`, `,"partial":true}]}]}`, 1)), "the answer is cut"},
		"error":              {answer(200, `{"error":"database is\nlocked"}`), "database is locked"},
		"error of a result":  {answer(200, firstPart+`{"results":[{"statement_id":0,"error":"timeout reached"}]}`), "timeout reached"},
		"no results":         {answer(200, "{}"), "the answer is none of InfluxDB's: it has no results"},
		"HTML":               {answer(200, "<html>"), "the answer is none of InfluxDB's: invalid character '<' looking for beginning of value"},
		"rows of some shape": {answer(200, strings.Replace(lastPart, "[3,null]", "[3]", 1)), "rows of another shape than InfluxDB's"},
		"no rows":            {answer(200, strings.Replace(lastPart, "[[3,null]]", "7", 1)), "rows of another shape than InfluxDB's"},
		"unauthorized":       {answer(401, `{"error":"authorization failed"}`), "it answers 401 Unauthorized: authorization failed"},
		"a gateway":          {answer(502, "<html>bad gateway"), "it answers 502 Bad Gateway"},
		"long":               {answer(200, `{"error":"`+strings.Repeat("ä", 1000)+`"}`), strings.Repeat("ä", 100) + " …"},
	} {
		t.Run(name, func(t *testing.T) {
			if rows, err := rowsOf(serve(t, test.serve)); err == nil || err.Error() != test.want {
				t.Errorf("%d rows, %v; want %s", len(rows), err, test.want)
			}
		})
	}
}

// cutAfter closes the connection behind a part of a longer answer.
func cutAfter(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		io.WriteString(w, text)
	}
}

// TestNoRedirect: the password goes nowhere else.
func TestNoRedirect(t *testing.T) {
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was asked", r.URL) })
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(other.String(), "//", "//user:hidden@", 1)+"/query", http.StatusTemporaryRedirect)
	})
	want := "it redirects to " + other.String() + ", which is not followed: give the URL of InfluxDB itself"
	if _, err := rowsOf(u); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestNotReached: the error is one line without the password.
func TestNotReached(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	if _, err := rowsOf(parse(t, s.URL)); err == nil || !strings.HasSuffix(err.Error(), "connection refused") ||
		strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// TestEnded: a caller's reason is the error.
func TestEnded(t *testing.T) {
	u := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeoutCause(context.Background(), 50*time.Millisecond, io.ErrNoProgress)
	defer cancel()
	err := New(u, "telegraf", "", "").Query(ctx, "SELECT 1", nil)
	if err != io.ErrNoProgress {
		t.Error(err)
	}
}

func TestParseURL(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:8086":       "",
		"https://example.net/influx/": "",
		"http://[::1]:8086":           "",
		"127.0.0.1:8086":              "is no URL: write it like http://127.0.0.1:8086",
		"localhost:8086":              "is no URL of http or https: write it like http://127.0.0.1:8086",
		"ftp://example.net":           "is no URL of http or https: write it like http://127.0.0.1:8086",
		"http://":                     "is no URL of http or https: write it like http://127.0.0.1:8086",
		"http://:8086":                "is no URL of http or https: write it like http://127.0.0.1:8086",
		"http://a:pw@example.net":     "holds a user: set INFLUXDB_READ_USER and INFLUXDB_READ_PASSWORD instead",
		"http://a:p%zz@example.net":   "is no URL: write it like http://127.0.0.1:8086",
		"http://example.net/?db=x":    "holds a query or a fragment: write it like http://127.0.0.1:8086",
	} {
		_, err := ParseURL(text)
		if got := ""; err != nil {
			got = err.Error()
			if got != want {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		} else if want != "" {
			t.Errorf("%s is taken, want %s", text, want)
		}
	}
}

// TestQuote: no name ends its quotes.
func TestQuote(t *testing.T) {
	if got, want := Quote(`a"b\c`), `"a\"b\\c"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := Text(`it's \ "x"`), `'it\'s \\ "x"'`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestCells(t *testing.T) {
	for text, want := range map[string]string{`"a"`: "a", `"a\"\u00e4\\"`: `a"ä\`, "null": ""} {
		if got, err := Cell(text).Text(); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]int64{"7": 7, "7.0": 7, "1e3": 1000, "null": 0, "-2": -2} {
		if got, err := Cell(text).Int(); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	if _, err := Cell(`"x"`).Int(); err == nil {
		t.Error("a text is a number")
	}
	if _, err := Cell("7").Text(); err == nil {
		t.Error("a number is a text")
	}
}

package influxql

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// part is one of the objects of which an answer is made.
type part struct {
	Error   string
	Results []struct {
		Error   string
		Partial bool // more follows
		Series  []*Series
	}
}

// Series is a part of the rows of one set of tags.
type Series struct {
	Name    string
	Tags    map[string]string // "" where a point has none
	Columns []string
	Partial bool // more of it follows
	Values  json.RawMessage
}

// read passes a whole answer on.
func read(body io.Reader, each func(*Series) error) error {
	d := json.NewDecoder(body)
	for whole := false; ; {
		var p part
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF) && whole:
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return errors.New("the answer is cut")
		case err != nil:
			return fmt.Errorf("the answer is none of InfluxDB's: %w", err)
		case p.Error != "":
			return said(p.Error)
		case len(p.Results) == 0:
			return errors.New("the answer is none of InfluxDB's: it has no results")
		}
		for _, result := range p.Results {
			if result.Error != "" {
				return said(result.Error)
			}
			for _, s := range result.Series {
				if err := each(s); err != nil {
					return err
				}
			}
			n := len(result.Series)
			whole = !result.Partial && (n == 0 || !result.Series[n-1].Partial)
		}
	}
}

// refusal is what a server says that does not answer the statement.
func refusal(answer *http.Response, body io.Reader) error {
	if to, err := answer.Location(); err == nil && answer.StatusCode/100 == 3 {
		return fmt.Errorf("it redirects to %s://%s, which is not followed: give the URL of InfluxDB itself",
			to.Scheme, to.Host)
	}
	var p part
	text := "it answers " + answer.Status
	if json.NewDecoder(io.LimitReader(body, 10000)).Decode(&p) == nil && p.Error != "" {
		text += ": " + said(p.Error).Error()
	}
	if answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden {
		return LoginError(text)
	}
	return errors.New(text)
}

// LoginError is that a server does not let the user in, or not as far as this.
type LoginError string

func (e LoginError) Error() string { return string(e) }

// said is an error's text in one short line.
func said(text string) error {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + " …"
	}
	return errors.New(text)
}

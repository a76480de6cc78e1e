package ripeatlas

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// archiveSize bounds the text of an archive, in bytes: that of 60,000 probes has some 90 MB.
const archiveSize = 1 << 30

// probeLine is a probe as it is written: in the API, and in the archive with a place in other words.
type probeLine struct {
	ID        number   `json:"id"`
	ASNv4     number   `json:"asn_v4"`
	ASNv6     number   `json:"asn_v6"`
	Country   text     `json:"country_code"`
	Geometry  geometry `json:"geometry"`
	Latitude  number   `json:"latitude"`
	Longitude number   `json:"longitude"`
	Tags      tags     `json:"tags"`
}

// geometry is a point of GeoJSON (RFC 7946, section 3.1.2).
type geometry struct{ coordinates []number } // longitude, latitude

func (g *geometry) UnmarshalJSON(b []byte) error {
	var point struct {
		Coordinates []number `json:"coordinates"`
	}
	json.Unmarshal(b, &point) // null, or what is no object, is nowhere
	g.coordinates = point.Coordinates
	return nil
}

// tags are words, or objects with a slug, of which one matters.
type tags struct{ guessed bool }

// guessed begin the slugs of probes whose place was looked up by their address.
const guessedSlug = "system-auto-geoip-"

func (t *tags) UnmarshalJSON(b []byte) error {
	var list []tag
	json.Unmarshal(b, &list) // what is no list has none
	t.guessed = slices.ContainsFunc(list, func(t tag) bool { return strings.HasPrefix(t.slug, guessedSlug) })
	return nil
}

type tag struct{ slug string }

// UnmarshalJSON takes a name for the slug that is made of it: "system: Auto GeoIP City".
func (t *tag) UnmarshalJSON(b []byte) error {
	var long struct{ Slug, Name text }
	var name text
	if b[0] == '{' {
		json.Unmarshal(b, &long)
		name.value = firstOf(long.Slug, long.Name)
	} else if err := name.UnmarshalJSON(b); err != nil {
		return err
	}
	t.slug = strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(name.value), ":", ""), " ", "-")
	return nil
}

// probe is what was written; false: it has no ID.
func (l *probeLine) probe() (observation.Probe, bool) {
	p := observation.Probe{
		ID:      int(l.ID.whole(1, 1<<31-1)),
		ASN:     [2]uint32{uint32(l.ASNv4.whole(1, 1<<32-1)), uint32(l.ASNv6.whole(1, 1<<32-1))},
		Country: strings.ToUpper(l.Country.value),
		Guessed: l.Tags.guessed,
	}
	longitude, latitude := l.Longitude, l.Latitude
	if c := l.Geometry.coordinates; len(c) >= 2 {
		longitude, latitude = c[0], c[1]
	}
	// Nobody stands at 0, 0, which is what one writes who does not know.
	if p.Placed = longitude.set && latitude.set && (longitude.value != 0 || latitude.value != 0); p.Placed {
		p.Latitude, p.Longitude = latitude.value, longitude.value
	}
	return p, p.ID != 0
}

// list is where the list begins in the archive, or in a page of the API.
var list = regexp.MustCompile(`^\s*\{[^\[\]]*"(objects|results)"\s*:\s*\[`)

// ReadProbes reads where the probes are: from the daily archive, from a page of the API, or from
// objects one a line or as one array; packed by bzip2, gzip or not. The error says that there is
// not one, or that the end is missing: then the probes before it are returned as well.
func ReadProbes(r io.Reader) (*observation.Probes, error) {
	text, err := unpacked(r)
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	limited := &io.LimitedReader{R: text, N: archiveSize}
	s := &splitter{r: bufio.NewReaderSize(limited, bufferSize)}
	probes := &observation.Probes{}
	use := func(piece []byte) error {
		var l probeLine
		if json.Unmarshal(piece, &l) == nil {
			if p, ok := l.probe(); ok {
				probes.Add(p)
			}
		}
		return nil
	}
	head, _ := s.r.Peek(4 << 10)
	if at := list.FindIndex(head); at != nil {
		s.r.Discard(at[1])
		err = s.elements(use)
	} else {
		err = s.each(use)
	}
	switch {
	case limited.N == 0:
		return nil, fmt.Errorf("there are more than %d MiB", archiveSize>>20)
	case probes.Len() == 0 && err == nil:
		return nil, errors.New("there is no probe: write the daily archive, or probe objects one a line")
	}
	return probes, err
}

package catchment_test

import (
	"slices"
	"sort"
	"time"
)

// truth is what the world knows of its points, reckoned one probe at a time.
type truth struct {
	w       *world
	sites   map[string]map[int]string  // by address and probe: of the last vote that named one
	micros  map[string]map[int]int     // its time
	seen    map[string]map[string]bool // sites by address
	foreign map[string]map[int]bool    // whether the last answer is foreign
	asked   map[string]map[int]bool
	fast    map[int]map[string]bool // sites that the probe is too near to
	first   map[int]time.Time       // of each serial's sight
}

// fields are those of one point.
type fields map[string]any

// ballot is a vote, with what the world makes of it.
type ballot struct {
	heard
	country        string
	as             int
	isForeign, own bool
	out, misplaced bool
	known, nearest bool
	km, inflation  float64
	from           string
	fromMicros     int
}

func newTruth(w *world) *truth {
	t := &truth{
		w: w, sites: map[string]map[int]string{}, micros: map[string]map[int]int{}, seen: map[string]map[string]bool{},
		foreign: map[string]map[int]bool{}, asked: map[string]map[int]bool{}, fast: map[int]map[string]bool{}, first: map[int]time.Time{},
	}
	for _, a := range w.addresses {
		t.sites[a.key], t.micros[a.key], t.seen[a.key] = map[int]string{}, map[int]int{}, map[string]bool{}
		t.foreign[a.key], t.asked[a.key] = map[int]bool{}, map[int]bool{}
	}
	return t
}

func isForeign(a *address, h *heard) bool {
	return a.ruled && (h.what == "foreign" || h.what == "mute")
}

func answered(h *heard) bool {
	return slices.Contains([]string{"own", "foreign", "mute", "cut"}, h.what)
}

// listen takes in who answered.
func (t *truth) listen(a *address, results []heard) {
	for _, h := range inTime(results) {
		if h.what != "local" {
			t.asked[a.key][h.of.id] = true
		}
		if answered(&h) {
			t.foreign[a.key][h.of.id] = isForeign(a, &h)
		}
		if a.key == "az" && h.what == "own" && h.rcode == 0 {
			at := h.sent
			if h.of.unsynced {
				at = worldStart.Add((h.sent.Sub(worldStart)/windowLength + 1) * windowLength)
			}
			if known, again := t.first[h.serial]; !again || at.Before(known) {
				t.first[h.serial] = at
			}
		}
	}
}

func inTime(results []heard) []heard {
	all := slices.Clone(results)
	sort.SliceStable(all, func(i, j int) bool { return all[i].sent.Before(all[j].sent) })
	return all
}

// intercepted reports whether a probe is foreign to both clouds with rules, or to all it asks of the
// one with two addresses.
func (t *truth) intercepted(id int) bool {
	v4, v6, b := t.foreign["a4"][id] || t.foreign["az"][id], t.foreign["a6"][id], t.foreign["b4"][id]
	return (v4 || v6) && b || v4 && v6
}

// clock takes in whose times light cannot make.
func (t *truth) clock(a *address, results []heard) {
	for _, h := range results {
		s := h.of
		c, stands := find(a.cities, h.site)
		if h.what != "own" || !stands || !s.listed || !s.says.Placed || s.says.Guessed || t.intercepted(s.id) {
			continue
		}
		km := kilometres(s.says.Latitude, s.says.Longitude, c.latitude, c.longitude)
		if 2*km/299.8 > float64(h.micros)/1000+1 {
			if t.fast[s.id] == nil {
				t.fast[s.id] = map[string]bool{}
			}
			t.fast[s.id][h.site] = true
		}
	}
}

// votes are the last results of probes.
func (t *truth) votes(a *address, results []heard) (all []*ballot) {
	last := map[int]*ballot{}
	candidates := map[city]bool{}
	for _, h := range inTime(results) {
		last[h.of.id] = &ballot{heard: h}
	}
	for id, b := range last {
		s := b.of
		b.isForeign, b.own, b.out = isForeign(a, &b.heard), b.what == "own", t.intercepted(id)
		b.misplaced = len(t.fast[id]) > 1 || s.listed && s.says.Guessed
		if s.listed {
			b.country = s.says.Country
			if b.as = int(s.says.ASN[0]); a.v6 {
				b.as = int(s.says.ASN[1])
			}
		}
		if c, stands := find(a.cities, b.site); b.own && stands {
			candidates[c] = true
		}
		all = append(all, b)
	}
	if a.key[0] == 'a' {
		candidates[announcedA], candidates[citiesA[0]] = true, true
	}
	for _, b := range all {
		t.place(a, b, candidates)
		if b.own && b.site != "none" && !b.out {
			b.from, b.fromMicros = t.sites[a.key][b.of.id], t.micros[a.key][b.of.id]
			t.sites[a.key][b.of.id], t.micros[a.key][b.of.id] = b.site, b.micros
		}
	}
	return all
}

func (t *truth) place(a *address, b *ballot, candidates map[city]bool) {
	s := b.of
	c, stands := find(a.cities, b.site)
	if !b.own || !stands || b.out || b.misplaced || !s.listed || !s.says.Placed {
		return
	}
	b.known, b.km = true, kilometres(s.says.Latitude, s.says.Longitude, c.latitude, c.longitude)
	nearest := b.km
	for c := range candidates {
		nearest = min(nearest, kilometres(s.says.Latitude, s.says.Longitude, c.latitude, c.longitude))
	}
	b.nearest, b.inflation = nearest == b.km, (b.km-nearest)*2/200
}

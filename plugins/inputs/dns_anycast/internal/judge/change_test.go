package judge

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

var dayStart = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// answersOf reads one answer a second: a letter is a place, a dot silence; a letter in lower case
// comes from NSID.
func answersOf(text string) (all []sample) {
	for i, c := range text {
		if c == '.' {
			continue
		}
		h := sample{sent: dayStart.Add(time.Duration(i) * time.Second), place: strings.ToUpper(string(c)), source: "hostname.bind"}
		if c >= 'a' {
			h.source = "nsid"
		}
		h.instance = h.place
		all = append(all, h)
	}
	return all
}

// changesOf writes changes as "A>B@4 held 3": at the fourth second, after three seconds at A. * is
// a split.
func changesOf(t *Tracker, answers []sample, confirm int) (all []string) {
	for _, s := range answers {
		for _, c := range t.Add(s, confirm) {
			at, held := c.At.Sub(dayStart)/time.Second, c.From.Last.Sub(c.From.First)/time.Second
			all = append(all, fmt.Sprintf("%s>%s@%d held %d", placeOf(c.From), placeOf(c.To), at, held))
		}
	}
	return all
}

func placeOf(p Period) string {
	if p.Split {
		return "*"
	}
	return p.Place
}

func TestChanges(t *testing.T) {
	hundred := strings.Repeat("A", 100)
	for _, c := range []struct {
		name, in string
		confirm  int
		want     []string
	}{
		{"the first answer is none", "AAAA", 2, nil},
		{"a move is stamped with its first answer", "AAABBB", 2, []string{"A>B@3 held 2"}},
		{"one stray answer is none", "AAABAAA", 2, nil},
		{"two stray answers of different places are none", "AAABCAAA", 2, nil},
		{"confirm 1 believes at once", "AAAB", 1, []string{"A>B@3 held 2"}},
		{"confirm 3 waits", "AAABBABBB", 3, []string{"A>B@6 held 5"}},
		{"silence is neither a move nor a reset", "AA..B...B..", 2, []string{"A>B@4 held 1"}},
		{"silence alone is none", "AA......AA", 2, nil},
		{"there and back", "AAABBBAAA", 2, []string{"A>B@3 held 2", "B>A@6 held 2"}},
		{"four turns are a split", "AAABABA", 2, []string{"A>*@6 held 6"}},
		{"a move may precede it", "AABBAB", 2, []string{"A>B@2 held 1"}},
		{"a move precedes it", "AABBABA", 2, []string{"A>B@2 held 1", "B>*@6 held 3"}},
		{"three places in turn", "AABCABC", 2, []string{"A>*@5 held 4"}},
		{"four turns within ten answers", "ABAAAAAABA", 2, []string{"A>*@9 held 9"}},
		{"four turns within eleven", "ABAAAAAAABA", 2, nil},
		{"nothing while it is split", "AABABA" + "BBBBBBBBBBBBBBBBBBBBBBBA", 2, []string{"A>*@5 held 5"}},
		{"a hundred answers end it", "AABAB" + hundred, 2, []string{"A>*@5 held 5", "*>A@104 held 0"}},
		{"the split lasted until they began", "AABABAB" + hundred, 2, []string{"A>*@5 held 5", "*>A@106 held 1"}},
		{"ninety-nine do not", "AABABAB" + hundred[1:] + "B", 2, []string{"A>*@5 held 5"}},
		{"names of another source do not count", "AAAbbbbbbbbb", 2, nil},
		{"unless ten come running", "AAAbbbbbbbbbb", 2, []string{"A>B@3 held 2"}},
		{"ten with an answer between", "AAAbbbbbbAbbbbbb", 2, nil},
		{"ten with the same name", "AAAaaaaaaaaaaaabb", 2, []string{"A>B@15 held 14"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := changesOf(&Tracker{}, answersOf(c.in), c.confirm); !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestChangesResumed(t *testing.T) {
	answers := answersOf("AAABBB")
	var first Tracker
	changesOf(&first, answers[:3], 2)
	second := Resume(first.Now())
	if got, want := changesOf(&second, answers[3:], 2), []string{"A>B@3 held 2"}; !slices.Equal(got, want) {
		t.Errorf("after a restart: got %q, want %q", got, want)
	}
	turning := Resume(first.Now())
	if got, want := changesOf(&turning, answersOf("...BABA"), 2), []string{"A>*@6 held 6"}; !slices.Equal(got, want) {
		t.Errorf("turns that begin with a restart: got %q, want %q", got, want)
	}
	third := Resume(Period{Split: true, Source: "hostname.bind", First: dayStart, Last: dayStart})
	if got := changesOf(&third, answersOf(".AABB"), 2); got != nil {
		t.Errorf("a split that was remembered: got %q", got)
	}
}

// TestPeriodTooFar: a time that is no number of nanoseconds since 1970 cannot be remembered.
func TestPeriodTooFar(t *testing.T) {
	p := Period{Place: "A", Instance: "a", First: dayStart, Last: dayStart}
	if !p.Valid() {
		t.Error("a period of today is refused")
	}
	for _, year := range []int{1, 1600, 2300, 9999} {
		far := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
		if p.First, p.Last = far, far; p.Valid() {
			t.Errorf("a period of %d is taken", year)
		}
	}
}

const dayRounds = 8640

// day is what each round of a day would answer, "" for silence, and the places that a target stays
// at in turn.
type day struct {
	random  *rand.Rand
	places  [dayRounds]string
	periods []span
}

// span is a period from one round up to another.
type span struct {
	place    string
	from, to int
}

// newDay disturbs a day with moves, outages, stray answers and flaps of three rounds, each
// beginning at least 30 rounds after the end of the one before.
func newDay(seed uint64) *day {
	d := &day{random: rand.New(rand.NewPCG(seed, 1))}
	home, from := "A", 0
	for at := 0; at < dayRounds; {
		quiet := min(at+30+d.random.IntN(300), dayRounds)
		d.fill(home, at, quiet)
		if at = quiet; at == dayRounds {
			break
		}
		other := string(rune('A' + (int(home[0]-'A')+1+d.random.IntN(3))%4))
		switch d.random.IntN(4) {
		case 0: // a move
			d.periods = append(d.periods, span{home, from, at})
			home, from = other, at
		case 1: // an outage
			at = d.fill("", at, at+1+d.random.IntN(100))
		case 2: // one stray answer
			at = d.fill(other, at, at+1)
		case 3: // a flap
			d.periods = append(d.periods, span{home, from, at})
			end := d.fill(other, at, at+3)
			d.periods = append(d.periods, span{other, at, end})
			at, from = end, end
		}
	}
	d.periods = append(d.periods, span{home, from, dayRounds})
	return d
}

func (d *day) fill(place string, from, to int) (end int) {
	for i := from; i < min(to, dayRounds); i++ {
		d.places[i] = place
	}
	return min(to, dayRounds)
}

// lose silences three answers of ten.
func (d *day) lose() {
	for i := range d.places {
		if d.random.Float64() < 0.3 {
			d.places[i] = ""
		}
	}
}

// answers has two nodes at each place, which flip now and then.
func (d *day) answers() (all []sample) {
	for i, place := range d.places {
		if place != "" {
			node := fmt.Sprintf("%s%d", place, 1+d.random.IntN(2))
			all = append(all, sample{sent: roundStart(i), place: place, instance: node})
		}
	}
	return all
}

func roundStart(i int) time.Time { return dayStart.Add(time.Duration(i) * 10 * time.Second) }

// want lists the moves of a day: between stays of which at least confirm answers got through,
// stamped with the first.
func (d *day) want(confirm int) (all []string) {
	last := ""
	for _, s := range d.periods {
		first, count := 0, 0
		for i := s.from; i < s.to; i++ {
			if d.places[i] == s.place {
				if count++; count == 1 {
					first = i
				}
			}
		}
		if count < confirm || s.place == last {
			continue
		}
		if last != "" {
			all = append(all, fmt.Sprintf("%s>%s@%d", last, s.place, first))
		}
		last = s.place
	}
	return all
}

// TestChangesOfDays: no move is invented, none is missed, each has the right time.
func TestChangesOfDays(t *testing.T) {
	total := 0
	for seed := range uint64(200) {
		d := newDay(seed)
		if seed%2 == 1 {
			d.lose()
		}
		for confirm := 2; confirm <= 3; confirm++ {
			var tr Tracker
			var got []string
			for _, h := range d.answers() {
				for _, c := range tr.Add(h, confirm) {
					got = append(got, fmt.Sprintf("%s>%s@%d", placeOf(c.From), placeOf(c.To), c.At.Sub(dayStart)/(10*time.Second)))
				}
			}
			want := d.want(confirm)
			total += len(want)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, confirm %d:\n got %q\nwant %q", seed, confirm, got, want)
			}
		}
	}
	if total < 10_000 {
		t.Errorf("the days held %d moves, too few to say anything", total)
	}
}

// TestChangesOfSplitPaths: a load-balanced path makes fewer than a dozen events in a day, and ends
// in a split.
func TestChangesOfSplitPaths(t *testing.T) {
	for _, share := range []float64{0.5, 0.8, 0.9} {
		most := 0
		for seed := range uint64(200) {
			random := rand.New(rand.NewPCG(seed, 2))
			var tr Tracker
			for i := range dayRounds {
				place := "A"
				if random.Float64() >= share {
					place = "B"
				}
				tr.Add(sample{sent: roundStart(i), place: place}, 2)
			}
			if most = max(most, int(tr.changes)); !tr.split {
				t.Errorf("%.0f/%.0f, seed %d: no split at the day's end", 100*share, 100*(1-share), seed)
			}
		}
		t.Logf("%.0f/%.0f: at most %d events in a day", 100*share, 100*(1-share), most)
		if most >= 12 {
			t.Errorf("%.0f/%.0f: %d events in a day", 100*share, 100*(1-share), most)
		}
	}
}

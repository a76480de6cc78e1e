package judge

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestNewer(t *testing.T) {
	for _, c := range []struct {
		a, b uint32
		want bool
	}{
		{2, 1, true},
		{1, 2, false},
		{1, 1, false},
		{0, 0xffffffff, true},
		{0xffffffff, 0, false},
		{5, 0xfffffff0, true},
		{0x80000000, 0, false},
		{0, 0x80000000, false},
		{0x7fffffff, 0, true},
		{0x80000001, 0, false},
	} {
		if got := NewerSerial(c.a, c.b); got != c.want {
			t.Errorf("%#x after %#x: %v", c.a, c.b, got)
		}
	}
}

// answered is a serial at a second, by a source.
type answered struct {
	second int
	by     string
	serial uint32
}

func after(second int) time.Time { return dayStart.Add(time.Duration(second) * time.Second) }

func lag(z *Serials, at time.Time, serial uint32) time.Duration {
	newer := z.newerThan(serial)
	if newer == nil {
		return 0
	}
	return at.Sub(newer.first)
}

func TestSerialLag(t *testing.T) {
	for _, c := range []struct {
		name string
		told []answered
		at   int
		of   uint32
		want int // seconds
	}{
		{"nothing newer", []answered{{0, "a", 5}}, 100, 5, 0},
		{"from the first sight of the newer one", []answered{{0, "b", 5}, {10, "a", 6}, {20, "a", 6}}, 100, 5, 90},
		{"of the first newer one, not of the newest", []answered{{0, "b", 5}, {10, "a", 6}, {50, "a", 7}}, 100, 5, 90},
		{"of any newer one", []answered{{0, "b", 5}, {10, "a", 7}, {50, "c", 6}}, 100, 5, 90},
		{"in between", []answered{{0, "b", 5}, {10, "a", 6}, {50, "a", 7}}, 100, 6, 50},
		{"seen later", []answered{{10, "a", 6}}, 5, 5, -5},
		{"over the wrap", []answered{{10, "a", 3}}, 100, 0xfffffffe, 90},
		{"who published is dead", append([]answered{{10, "a", 6}}, repeat(answered{20, "b", 5}, 50)...), 100, 5, 90},
	} {
		var z Serials
		for _, s := range c.told {
			z.add(after(s.second), s.serial, source{instance: s.by}, false)
			if f := z.review(); f != nil {
				t.Errorf("%s: forgets %v", c.name, f)
			}
		}
		if got := lag(&z, after(c.at), c.of); got != time.Duration(c.want)*time.Second {
			t.Errorf("%s: lag %v, want %d s", c.name, got, c.want)
		}
	}
}

func repeat(s answered, n int) []answered { return slices.Repeat([]answered{s}, n) }

// TestSerialSetBack: a serial is forgotten once all who answered it have been back at older ones
// for ten answers.
func TestSerialSetBack(t *testing.T) {
	for _, c := range []struct {
		name string
		told []answered
		want []uint32
	}{
		{"all are back", append(repeat(answered{0, "a", 9}, 3), repeat(answered{1, "a", 5}, 10)...), []uint32{9}},
		{"nine answers do not do", append(repeat(answered{0, "a", 9}, 3), repeat(answered{1, "a", 5}, 9)...), nil},
		{"others never had it", slices.Concat(repeat(answered{0, "b", 5}, 30), repeat(answered{0, "a", 9}, 1), repeat(answered{1, "a", 5}, 10)), []uint32{9}},
		{"one of two is back", slices.Concat([]answered{{0, "a", 9}, {0, "b", 9}}, repeat(answered{1, "a", 5}, 50)), nil},
		{"both are back", slices.Concat([]answered{{0, "a", 9}, {0, "b", 9}}, repeat(answered{1, "a", 5}, 50), repeat(answered{2, "b", 5}, 10)), []uint32{9}},
		{"back and forth", slices.Concat([]answered{{0, "a", 9}}, repeat(answered{1, "a", 5}, 9), []answered{{2, "a", 9}}, repeat(answered{3, "a", 5}, 9)), nil},
		{"several at once", slices.Concat([]answered{{0, "a", 8}, {0, "a", 9}}, repeat(answered{1, "a", 5}, 10)), []uint32{8, 9}},
		{"newer is not back", append(repeat(answered{0, "a", 5}, 1), repeat(answered{1, "a", 9}, 30)...), nil},
	} {
		var z Serials
		var got []uint32
		for _, s := range c.told {
			z.add(after(s.second), s.serial, source{instance: s.by}, false)
			got = append(got, z.review()...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: forgets %v, want %v", c.name, got, c.want)
		}
		if len(c.want) > 0 && lag(&z, after(1000), 5) != 0 {
			t.Errorf("%s: 5 is late, though nothing newer is left", c.name)
		}
	}
}

// TestSerialsAreKeptAWeek: after the last answer, not after the first.
func TestSerialsAreKeptAWeek(t *testing.T) {
	const day = 24 * 3600
	var z Serials
	z.add(after(0), 6, source{instance: "a"}, false)
	z.add(after(3*day), 6, source{instance: "a"}, false)
	for i := range 20 {
		z.add(after(4*day+i*day/4), 5, source{instance: "b"}, false)
	}
	if got := lag(&z, after(9*day), 5); got != 9*24*time.Hour {
		t.Errorf("six days after its last answer: lag %v", got)
	}
	z.add(after(10*day+60), 5, source{instance: "b"}, false)
	if got := lag(&z, after(10*day+60), 5); got != 0 {
		t.Errorf("a week after its last answer: lag %v", got)
	}
}

// TestSerialsAreBounded: a server that makes up a serial and a name for each answer.
func TestSerialsAreBounded(t *testing.T) {
	var z Serials
	for i := range serialsMax + 5 {
		z.add(after(i), uint32(i)*7, source{instance: fmt.Sprint(i % 500)}, false)
	}
	if len(z.known) > serialsMax || len(z.known) < serialsMax*7/8 || z.known[0] != nil || z.known[uint32(serialsMax+4)*7] == nil {
		t.Errorf("%d serials are kept, want up to %d, and the last ones", len(z.known), serialsMax)
	}
}

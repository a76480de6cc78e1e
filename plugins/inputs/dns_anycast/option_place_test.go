package dns_anycast

import (
	"math"
	"testing"
)

func TestLocation(t *testing.T) {
	for text, want := range map[string]here{
		"":                 {},
		"51.47, -0.45":     {51.47, -0.45, true},
		"-90,180":          {-90, 180, true},
		" 0 , 0 ":          {0, 0, true},
		"90.1,0":           {},
		"0,-180.1":         {},
		"+Inf,0":           {},
		"nan,nan":          {},
		"LH":               {},
		"fifty,0":          {},
		"51.47;-0.45":      {},
		"51.47,-0.45,20":   {},
		"51.47,-0.45 West": {},
	} {
		got, err := readLocation(text)
		if got != want || (err == nil) != (want.known || text == "") {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	if h, err := readLocation("lhr"); err != nil || math.Abs(h.latitude-51.47) > 0.1 || math.Abs(h.longitude+0.45) > 0.1 {
		t.Errorf("lhr: got %v, %v", h, err)
	}
}

package options

import (
	"math"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

func TestLocation(t *testing.T) {
	for text, want := range map[string]judge.Vantage{
		"":                 {},
		"51.47, -0.45":     {Latitude: 51.47, Longitude: -0.45, Known: true},
		"-90,180":          {Latitude: -90, Longitude: 180, Known: true},
		" 0 , 0 ":          {Latitude: 0, Longitude: 0, Known: true},
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
		got, err := readVantage(text)
		if got != want || (err == nil) != (want.Known || text == "") {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	if h, err := readVantage("lhr"); err != nil || math.Abs(h.Latitude-51.47) > 0.1 || math.Abs(h.Longitude+0.45) > 0.1 {
		t.Errorf("lhr: got %v, %v", h, err)
	}
}

func placed(code string, latitude, longitude float64) Place {
	return Place{Code: code, Name: "a town", Latitude: &latitude, Longitude: &longitude}
}

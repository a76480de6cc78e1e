package main

import (
	"strconv"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// watchFlag may stand alone, or with an interval.
type watchFlag struct {
	given    bool
	interval dns_anycast.Duration
}

func (w *watchFlag) String() string   { return "" }
func (w *watchFlag) IsBoolFlag() bool { return true }

func (w *watchFlag) Set(text string) error {
	w.given = true
	if text == "true" { // it stands alone
		w.interval = dns_anycast.Duration(time.Second)
		return nil
	}
	return w.interval.UnmarshalText([]byte(text))
}

// isSpan tells the interval of --watch from a server. A bare number is none, but is meant as one.
func isSpan(text string) bool {
	_, err := time.ParseDuration(text)
	_, number := strconv.ParseFloat(text, 64)
	return err == nil || number == nil
}

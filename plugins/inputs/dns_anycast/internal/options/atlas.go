package options

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	leastWindow = 10 * time.Second
	maxWindow   = 24 * time.Hour
	maxGroups   = 100_000 // ASes that have a point; there are some 80,000 in all
	maxID       = 1<<31 - 1
	maxWatched  = 200 // probes, of which each makes as many series as a vantage point

	// The public API, and the archive of all probes, which is made once a day.
	atlasURL    = "https://atlas.ripe.net/api/v2"
	atlasProbes = "https://ftp.ripe.net/ripe/atlas/probes/archive/meta-latest"
)

func defaultAtlas() Atlas {
	return Atlas{
		URL: atlasURL, Probes: atlasProbes, Grace: Duration(5 * time.Minute),
		By: []string{"site", "country", "as"}, MaxASes: 200, MinProbes: 5,
	}
}

// readAtlas reads what measurements have in common.
func readAtlas(o *Atlas, configFile string) (s AtlasSettings, err error) {
	if err := cmp.Or(
		checkKey(o.Key),
		checkAtlasURL("url", o.URL),
		checkBetween("grace", &o.Grace, 0),
		checkBetween("window", o.Window, leastWindow),
		checkWholeSeconds("window", o.Window),
		checkCount("max_ases", &o.MaxASes, maxGroups),
		checkCount("min_probes", &o.MinProbes, maxGroups),
		checkIDs("watch_probes", o.WatchProbes),
	); err != nil {
		return s, err
	}
	if len(o.By) > 0 { // an empty list: totals alone
		if err := checkWords("by", o.By, "site", "country", "as"); err != nil {
			return s, err
		}
	}
	if len(o.WatchProbes) > maxWatched {
		return s, At(Step{Key: "watch_probes"},
			fmt.Errorf("%d probes are too many: list %d at most", len(o.WatchProbes), maxWatched))
	}
	s = AtlasSettings{
		Key: o.Key, URL: strings.TrimRight(o.URL, "/"), Grace: time.Duration(o.Grace),
		Sites: slices.Contains(o.By, "site"), Countries: slices.Contains(o.By, "country"),
		ASes: slices.Contains(o.By, "as"), MaxASes: o.MaxASes, MinProbes: o.MinProbes,
		Watched: o.WatchProbes,
	}
	if o.Window != nil {
		s.Window = time.Duration(*o.Window)
	}
	if s.Probes, err = readProbes(o.Probes, configFile); err != nil {
		return s, At(Step{Key: "probes"}, err)
	}
	if o.Cache != "" {
		s.Cache, err = fromFolder(o.Cache, configFile)
	}
	return s, At(Step{Key: "cache"}, err)
}

// readProbes returns a URL, or the path of a file.
func readProbes(text, configFile string) (string, error) {
	if strings.Contains(text, "://") {
		return text, checkWebURL(text)
	}
	return fromFolder(text, configFile)
}

func checkAtlasURL(option, text string) error { return At(Step{Key: option}, checkWebURL(text)) }

// checkWebURL refuses what no request can be sent to. A key goes into a header, and never into a
// URL, which is written to logs.
func checkWebURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no URL: write one like %q", text, atlasURL)
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return fmt.Errorf("%q is no URL of http or https: write one like %q", text, atlasURL)
	case u.User != nil:
		return errors.New("has a user or password: leave it out, key is the place for a key")
	case u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%q has more than a path: leave out what begins with ? or #", text)
	}
	return nil
}

// checkKey refuses what no header can hold, such as the end of the line of a file with the key.
func checkKey(key string) error {
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return At(Step{Key: "key"}, errors.New("has a blank, the end of a line or another character that no key has"))
	}
	return nil
}

// checkWholeSeconds checks a time; nil is none. What it is compared with has no parts of a second.
func checkWholeSeconds(option string, d *Duration) error {
	if d == nil || time.Duration(*d)%time.Second == 0 {
		return nil
	}
	return At(Step{Key: option}, fmt.Errorf("%s has a part of a second: write whole ones", time.Duration(*d)))
}

// checkBetween checks a time up to maxWindow; nil is none.
func checkBetween(option string, d *Duration, least time.Duration) error {
	if d == nil || time.Duration(*d) >= least && time.Duration(*d) <= maxWindow {
		return nil
	}
	return At(Step{Key: option},
		fmt.Errorf(`%s is out of range: write one from "%s" to "24h"`, time.Duration(*d), least))
}

// checkIDs checks ids of RIPE Atlas, each listed once.
func checkIDs(option string, ids []int) error {
	for i, id := range ids {
		item := Step{Key: option, Index: i + 1}
		switch {
		case id < 1:
			return At(item, fmt.Errorf("%d is no id of RIPE Atlas: those begin at 1", id))
		case id > maxID:
			return At(item, fmt.Errorf("%d is no id of RIPE Atlas: those end at %d", id, maxID))
		case slices.Contains(ids[:i], id):
			return At(item, fmt.Errorf("%d is listed twice", id))
		}
	}
	return nil
}

// checkMeasurements checks those of all clouds: one that two had would count for one of them.
func checkMeasurements(clouds []Cloud) error {
	of := map[int]int{} // the cloud of each
	for i := range clouds {
		o := &clouds[i]
		if err := checkIDs("atlas", o.Atlas); err != nil {
			return inCloud(i, o, err)
		}
		for n, id := range o.Atlas {
			if other, taken := of[id]; taken {
				return inCloud(i, o, At(Step{Key: "atlas", Index: n + 1}, fmt.Errorf(
					"%d is a measurement of cloud %q as well: list it at the one whose address it asks",
					id, clouds[other].Name)))
			}
			of[id] = i
		}
	}
	return nil
}

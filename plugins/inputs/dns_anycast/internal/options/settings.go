package options

import (
	"net/netip"
	"regexp"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/asn"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// The highest numbers that options of the plugin may have.
const (
	maxQueries   = 10
	maxConfirm   = 100
	maxInstances = 1_000_000
	maxHops      = 255
)

// Settings are the options as the plugin uses them.
type Settings struct {
	Families     []observation.Family    // at least one, as written
	Routed       bool                    // of Families those that this host has a route for
	Transports   []observation.Transport // at least one, as written
	EDNS         bool                    // NSID, cookie, size 1232; false: the bare packet
	Timeout      time.Duration           // of one query, 1 ms to MaxTimeout
	Queries      int                     // to each target in a round, 1 to maxQueries
	Spread       *time.Duration          // of a round, 0 to MaxTimeout; nil: grows with the targets
	Confirm      int                     // answers that make a change of site, 1 to maxConfirm
	StateFile    string                  // an absolute path; empty: none
	MaxInstances int                     // names kept of each cloud, 1 to maxInstances
	Internal     bool                    // there is a point a round about the plugin itself
	Trace        bool                    // paths are traced beside rounds
	TraceEvery   time.Duration           // between two traces of a target; zero: not by the clock
	TraceHops    int                     // most of a path, 1 to maxHops
	Numbers      *asn.Database           // of AS; nil: none
	Sources      [2]netip.Addr           // by family; invalid: the system chooses
	Vantage      judge.Vantage           // zero: not known

	Atlas      AtlasSettings       // of all clouds that have measurements
	Clouds     []CloudSettings     // at least one, in the order of the file
	References []ReferenceSettings // of all clouds, each address once
	LeftOut    []string            // servers and references of other families, as written

	// What a cloud may have of its own.
	names      []string // of identity queries, in the order asked; at least one
	thresholds judge.Thresholds
}

// CloudSettings are the options of one cloud.
type CloudSettings struct {
	Name       string            // empty: servers given on the command line
	Tags       map[string]string // its own, such as line protocol carries; nil: none
	Names      []string          // of identity queries, in the order asked; at least one
	Site       *regexp.Regexp    // its first group is the site; nil: none
	Expect     *regexp.Regexp    // prefers the longest match; nil: any identity is expected
	Zones      []string          // in lower case, without the final dot; nil: none
	Locations  judge.Locations   // where its sites are; no place: not known
	Thresholds judge.Thresholds  // its own, and the plugin's where it has none
	Servers    []ServerSettings  // of the families that are asked over; may be none
	Atlas      []int             // ids of RIPE Atlas measurements, no two clouds' the same; may be none
}

// AtlasSettings are what measurements of RIPE Atlas have in common.
type AtlasSettings struct {
	Key    string
	URL    string        // of the API, without a slash at its end
	Probes string        // a URL, or a file
	Cache  string        // a folder; empty: none
	Grace  time.Duration // 0 to maxWindow
	Window time.Duration // leastWindow to maxWindow; zero: by the measurement

	Sites, Countries, ASes bool // that have points
	MaxASes, MinProbes     int  // 1 to maxGroups
	Watched                []int
}

// ServerSettings are one address or host name to ask.
type ServerSettings struct {
	Name string // the tag server: that of its nameserver block, else Text
	Text string // as written
	Endpoint
}

// ReferenceSettings are an address to ask for zones alone.
type ReferenceSettings struct {
	ServerSettings
	Zones []string // as those of a cloud
}

// QuotedFamilies are the families as the option is written.
func (s *Settings) QuotedFamilies() string {
	var words []string
	for _, f := range s.Families {
		words = append(words, f.String())
	}
	return quoted(words)
}

// NoCloud is what holds for a cloud that the configuration does not know.
func (s *Settings) NoCloud() CloudSettings {
	return CloudSettings{Names: s.names, Thresholds: s.thresholds}
}

// Package options reads what a configuration says. The plugin's block, as it is written in TOML,
// becomes settings: each option read once, in a type of its own, in range. Telegraf and the command
// fill the block, by the names in the tags of Options.
//
// Reading order: options.go (the block as it is written), duration.go and zone.go (values with a
// form of their own), families.go, settings.go (the block as it is used), plugin.go (from the one to
// the other), cloud.go, servers.go, nameserver.go, serverlist.go and reference.go (a cloud, and what
// it asks), endpoint.go (an address or a host name), locations.go, place.go and placefile.go (where
// things are), trace.go, atlas.go, tags.go, thresholds.go, value.go (words, numbers and times of any
// option), error.go (where in the block an error is).
package options

import "time"

// Options are the plugin's block of plugin.conf, or of telegraf.conf.
type Options struct {
	Families      Families `toml:"families"`       // "ipv4", "ipv6"; "auto": those that this host has a route for
	Transports    []string `toml:"transports"`     // "udp", "tcp"
	IdentityNames []string `toml:"identity_names"` // "hostname.bind", "id.server", in the order asked
	EDNS          bool     `toml:"edns"`           // NSID, cookie, size 1232; false: the bare packet

	Timeout Duration  `toml:"timeout"` // of one query, connecting included
	Queries int       `toml:"queries"` // to each target in a round
	Spread  *Duration `toml:"spread"`  // over which a round's queries start; nil: grows with them

	Confirm      int    `toml:"confirm"`       // answers running that make a change of site
	StateFile    string `toml:"state_file"`    // keeps what is known over a restart; empty: none
	MaxInstances int    `toml:"max_instances"` // distinct instance tags kept of each cloud
	Internal     bool   `toml:"internal"`      // a point a round about the plugin itself

	Trace      string   `toml:"trace"`       // "off", or "change": paths to targets are traced beside rounds
	TraceEvery Duration `toml:"trace_every"` // between two traces of a target by the clock; zero: never
	TraceHops  int      `toml:"trace_hops"`  // most of a path
	ASDatabase string   `toml:"as_database"` // a MaxMind DB of AS numbers; empty: none

	SourceIPv4 string `toml:"source_ipv4"` // address to query from; empty: the system chooses
	SourceIPv6 string `toml:"source_ipv6"` // the same for IPv6
	Location   string `toml:"location"`    // of the vantage point: a code or "lat,lon"; empty: none

	Thresholds
	Atlas  Atlas   `toml:"atlas"` // what measurements of RIPE Atlas have in common
	Clouds []Cloud `toml:"cloud"` // at least one, each of another name
}

// Cloud is one anycast service: a name and the addresses it is announced on.
type Cloud struct {
	Name          string            `toml:"name"`           // the tag cloud
	Servers       []string          `toml:"servers"`        // addresses and host names
	IdentityNames []string          `toml:"identity_names"` // nil: the plugin's
	Tags          map[string]string `toml:"tags"`           // on every point of the cloud

	Site   string `toml:"site"`   // regular expression; its first group is the site; empty: no site
	Expect string `toml:"expect"` // regular expression that all of an identity must match; empty: any

	Zones     Zones    `toml:"zone"`      // zones that the cloud serves, asked for their SOA records
	Reference []string `toml:"reference"` // further addresses to ask for them, such as the primary's

	Places string   `toml:"places"` // "iata": the built-in table; else a CSV file; empty: own alone
	Place  []Place  `toml:"place"`  // its own places, which win
	Sites  []string `toml:"sites"`  // codes where the cloud is announced; empty: not known

	NameServers []NameServer `toml:"nameserver"` // of which several addresses are one server

	Atlas []int `toml:"atlas"` // ids of RIPE Atlas DNS measurements at the cloud's addresses

	Thresholds // those that it overrides

	adhoc bool // servers given on the command line: no name, no cloud tag
}

// Adhoc is the cloud of servers given on the command line. It has no name, and the path of an error
// in it begins with the server.
func Adhoc(servers []string) Cloud { return Cloud{Servers: servers, adhoc: true} }

// Atlas is what the measurements of RIPE Atlas have in common.
type Atlas struct {
	Key    string    `toml:"key"`    // for measurements that are not public; empty: none
	URL    string    `toml:"url"`    // of the API
	Probes string    `toml:"probes"` // URL or file of the daily archive, or a file of objects one a line
	Cache  string    `toml:"cache"`  // folder of that archive and of what was fetched last; empty: none
	Grace  Duration  `toml:"grace"`  // behind the end of a window until it is fetched
	Window *Duration `toml:"window"` // nil: the measurement's interval, 5 min at least

	By        []string `toml:"by"`         // "site", "country", "as"
	MaxASes   int      `toml:"max_ases"`   // with the most probes
	MinProbes int      `toml:"min_probes"` // of a country or an AS that has a point

	WatchProbes []int `toml:"watch_probes"` // ids of those whose answers are points of their own
}

// NameServer is a name server of a cloud by its name, which is not looked up.
type NameServer struct {
	Name      string   `toml:"name"`      // the tag server
	Addresses []string `toml:"addresses"` // at least one; no host names
}

// Place says where a code of the operator's own is.
type Place struct {
	Code      string   `toml:"code"`      // as the site rule reads it; compared without case
	Name      string   `toml:"name"`      // of the city; may be empty
	Latitude  *float64 `toml:"latitude"`  // degrees north, -90 to 90
	Longitude *float64 `toml:"longitude"` // degrees east, -180 to 180
}

// Thresholds decide between the verdicts near, far and slow. A cloud may override those of the
// plugin: there nil means that it does not.
type Thresholds struct {
	// An answer is above the limit if it takes SlowFactor times the usual time and is SlowOver
	// longer than that. SlowAfter answers running above a limit make slow; as many below it end it.
	SlowFactor *float64  `toml:"slow_factor"`
	SlowOver   *Duration `toml:"slow_over"`
	SlowAfter  *int      `toml:"slow_after"`

	// It is above a limit as well if it takes FloorFactor times the floor, the least that light in
	// fibre takes, and FloorOver more.
	FloorFactor *float64  `toml:"floor_factor"`
	FloorOver   *Duration `toml:"floor_over"`

	// A site is far if another one has a floor that is lower by more than FarOver; without a list
	// of sites, if its floor is above FarFloor.
	FarOver  *Duration `toml:"far_over"`
	FarFloor *Duration `toml:"far_floor"`
}

// Defaults are the options that sample.conf shows. They have no cloud.
func Defaults() Options {
	return Options{
		Families:      Families{"ipv4", "ipv6"},
		Transports:    []string{"udp"},
		IdentityNames: []string{"hostname.bind", "id.server"},
		EDNS:          true,
		Timeout:       Duration(2 * time.Second),
		Queries:       1,
		Confirm:       2,
		MaxInstances:  500,
		Internal:      true,
		Trace:         "off",
		TraceEvery:    Duration(time.Hour),
		TraceHops:     30,
		Atlas:         defaultAtlas(),
		Thresholds:    defaultThresholds(),
	}
}

func defaultThresholds() Thresholds {
	factor, floorFactor, after := 1.5, 3.0, 3
	ms := func(n int) *Duration {
		d := Duration(time.Duration(n) * time.Millisecond)
		return &d
	}
	return Thresholds{
		SlowFactor: &factor, SlowOver: ms(10), SlowAfter: &after, FloorFactor: &floorFactor,
		FloorOver: ms(25), FarOver: ms(20), FarFloor: ms(30),
	}
}

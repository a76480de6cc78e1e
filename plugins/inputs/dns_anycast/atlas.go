package dns_anycast

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/ripeatlas"
)

// atlas follows measurements of RIPE Atlas, beside rounds. What it has found waits until somebody
// takes it.
type atlas struct {
	settings options.AtlasSettings
	measured []measured
	client   *ripeatlas.Client
	archive  ripeatlas.Archive
	log      ripeatlas.Log
	arrived  chan<- struct{} // is told once something was found

	mu     sync.Mutex
	memory *catchment.Memory
	probes *observation.Probes // nil: not read yet
	found  []*window

	once    sync.Once // of beginning
	running sync.WaitGroup
	ctx     context.Context // of all that runs
	cancel  context.CancelFunc
}

// measured is a measurement and the cloud whose it is.
type measured struct {
	id    int
	cloud *cloud
	addrs []netip.Addr // of the cloud; empty: they are not known without looking names up
}

// window is one that is over, and what it says of its cloud.
type window struct {
	cloud     *cloud
	from      *ripeatlas.Window
	summaries []*catchment.Summary // by address
	probes    *observation.Probes
}

func newAtlas(s *options.AtlasSettings, log prober.Log, arrived chan<- struct{}) *atlas {
	client := ripeatlas.NewClient(s.URL, s.Key)
	a := &atlas{
		settings: *s, client: client, log: ripeatlas.Log(log), arrived: arrived,
		archive: ripeatlas.Archive{Client: client, Source: s.Probes, Cache: s.Cache},
		memory:  catchment.NewMemory(s.MinProbes, s.MaxASes),
	}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

// add adds the measurements of a cloud.
func (a *atlas) add(c *cloud, o *options.CloudSettings) {
	for _, id := range o.Atlas {
		a.measured = append(a.measured, measured{id, c, addressesOf(o)})
	}
}

// addressesOf are those of a cloud, if it has no other servers than these.
func addressesOf(o *options.CloudSettings) (all []netip.Addr) {
	for i := range o.Servers {
		if o.Servers[i].Host != "" {
			return nil
		}
		all = append(all, o.Servers[i].Addr.Addr())
	}
	return all
}

// begin begins to follow all measurements. What has begun already is not begun again.
func (a *atlas) begin() { a.once.Do(a.followAll) }

func (a *atlas) followAll() {
	if len(a.measured) == 0 {
		return
	}
	a.running.Go(func() { a.archive.Follow(a.ctx, a.log, a.takeProbes) })
	for _, m := range a.measured {
		a.running.Go(func() { a.feed(m).Run(a.ctx) })
	}
}

// feed is that of a measurement.
func (a *atlas) feed(m measured) *ripeatlas.Feed {
	return &ripeatlas.Feed{
		Client: a.client, ID: m.id, Names: m.cloud.names, Addrs: m.addrs,
		Length: a.settings.Window, Grace: a.settings.Grace, Cache: a.settings.Cache, Log: a.log,
		Watch:   a.settings.Watched,
		Deliver: func(w *ripeatlas.Window) { a.takeWindow(m.cloud, w) },
		Keep:    func() json.RawMessage { return a.kept(m) },
		Recall:  func(kept json.RawMessage, to time.Time) { a.recall(m, kept, to) },
	}
}

// kept is what another run is to know of a measurement.
func (a *atlas) kept(m measured) json.RawMessage {
	a.mu.Lock()
	defer a.mu.Unlock()
	b, err := json.Marshal(a.memory.Seen(&m.cloud.Cloud, m.id))
	if err != nil {
		return nil
	}
	return b
}

func (a *atlas) recall(m measured, kept json.RawMessage, to time.Time) {
	var seen []catchment.Seen
	if json.Unmarshal(kept, &seen) != nil {
		return // of another version
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.memory.Recall(&m.cloud.Cloud, m.id, seen, to)
}

func (a *atlas) takeProbes(probes *observation.Probes) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.probes = probes
}

// takeWindow judges a window that is over.
func (a *atlas) takeWindow(c *cloud, w *ripeatlas.Window) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := windowsOf(w, func(int) *cloud { return c })
	a.found = append(a.found, &window{c, w, a.memory.Judge(a.probes, all), a.probes})
	w.Results, w.Earliest = nil, nil // which is most of its memory
	select {
	case a.arrived <- struct{}{}:
	default:
	}
}

// take returns what has been found since it was called last.
func (a *atlas) take() []*window {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := a.found
	a.found = nil
	return found
}

// end calls off what runs, and returns when nothing does.
func (a *atlas) end() {
	a.cancel()
	a.running.Wait()
	a.client.Close()
}

// windowsOf are the results of a window, by what they are about. of is the cloud of a measurement.
func windowsOf(w *ripeatlas.Window, of func(id int) *cloud) []*catchment.Window {
	windows := map[catchment.Subject]*catchment.Window{}
	var all []*catchment.Window
	for i := range w.Results {
		r := &w.Results[i]
		about := subjectOf(w, r, of(r.Measurement))
		one := windows[about]
		if one == nil {
			one = &catchment.Window{Subject: about, From: w.From, To: w.To, Counts: uncounted}
			windows[about], all = one, append(all, one)
		}
		one.Results = append(one.Results, judgedResult(r))
	}
	for i := range w.Earliest {
		r := &w.Earliest[i]
		if one := windows[subjectOf(w, r, of(r.Measurement))]; one != nil {
			one.Earliest = append(one.Earliest, judgedResult(r))
		}
	}
	for i := range w.Told {
		r := &w.Told[i]
		if one := windows[subjectOf(w, r, of(r.Measurement))]; one != nil {
			one.Beside = append(one.Beside, judgedResult(r))
		}
	}
	addCounts(w, all)
	return all
}

// uncounted is of a window of which only another one's counts are known.
var uncounted = catchment.Counts{Late: -1, Undecodable: -1}

// addCounts gives each window the counts of where its queries went. Of what is late, and of what
// cannot be read, that is not known: those are the largest one's.
func addCounts(w *ripeatlas.Window, all []*catchment.Window) {
	if len(all) == 0 {
		return
	}
	larger := func(a, b *catchment.Window) int { return len(a.Results) - len(b.Results) }
	largest := slices.MaxFunc(all, larger)
	largest.Late, largest.Undecodable = w.Late, w.Undecodable
	for at, tally := range w.Tallies {
		var there []*catchment.Window
		for _, one := range all {
			if one.Measurement == at.Measurement && one.Addr == at.Addr.Addr() && one.Transport == at.Transport {
				there = append(there, one)
			}
		}
		if len(there) > 0 {
			most := slices.MaxFunc(there, larger)
			most.Duplicates += tally.Duplicates
			most.Unsynced += tally.Unsynced
		}
	}
}

func judgedResult(r *ripeatlas.Result) catchment.Result {
	return catchment.Result{Probe: r.Probe, Unsynced: r.Unsynced, Observation: &r.Observation}
}

func subjectOf(w *ripeatlas.Window, r *ripeatlas.Result, c *cloud) catchment.Subject {
	about := catchment.Subject{
		Cloud: &c.Cloud, Measurement: r.Measurement, Server: r.Name, Addr: r.Addr.Addr(),
		Transport: r.Transport, Zone: r.Zone,
	}
	if w.Measurement != nil {
		about.Server = w.Measurement.Target
	}
	if about.Server == "" && about.Addr.IsValid() {
		about.Server = about.Addr.String()
	}
	return about
}

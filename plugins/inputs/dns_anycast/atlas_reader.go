package dns_anycast

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/ripeatlas"
)

// AtlasReader judges by hand what probes of RIPE Atlas were answered.
type AtlasReader struct {
	atlas    *atlas
	unlisted *cloud // whose the measurements are that no cloud lists
	names    []string
	ruled    bool                // there are clouds, and their rules
	probes   *observation.Probes // nil: where they are is not known
}

// Catchment is what the votes of a window say of one address of a cloud.
type Catchment struct {
	Points  []telegraf.Metric // that of all votes first
	Places  map[string]string // what the places of sites are called, as far as it is known
	Foreign []ForeignName     // who answered in the cloud's place; the most frequent first
	Until   time.Time         // the end of the window
}

// ForeignName is how somebody else answered.
type ForeignName = catchment.ForeignName

// NewAtlasReader returns a reader that has the rules of the clouds which list a measurement, after
// Init; without it, and for measurements that none lists, each name is a site.
func (d *DNSAnycast) NewAtlasReader() (*AtlasReader, error) {
	s, err := options.ReadOwn(&d.Options, d.ConfigFile)
	if err != nil {
		return nil, err
	}
	a := newAtlas(&s.Atlas, prober.Log{Warnf: d.warnf, Infof: d.infof}, make(chan struct{}, 1))
	if d.monitor != nil && d.monitor.atlas != nil {
		a.measured = d.monitor.atlas.measured
	}
	none := s.NoCloud()
	return &AtlasReader{atlas: a, unlisted: newCloud(&none, &s), names: none.Names, ruled: d.monitor != nil}, nil
}

// Close ends connections.
func (r *AtlasReader) Close() { r.atlas.end() }

// LoadProbes reads where probes are from a file or URL; empty: from where the configuration says.
func (r *AtlasReader) LoadProbes(ctx context.Context, source string) (err error) {
	archive := r.atlas.archive
	archive.ByHand = true
	if source != "" {
		archive.Source, archive.Cache = source, ""
	}
	if r.probes, err = archive.Load(ctx); err != nil {
		return fmt.Errorf("%s: %w", archive.Source, err)
	}
	return nil
}

// ReadFile judges results, one a line or as one array, as one window.
func (r *AtlasReader) ReadFile(file io.Reader) ([]Catchment, error) {
	w, err := ripeatlas.ReadFile(file, ripeatlas.QuestionOfFile(r.allNames()))
	if err != nil {
		return nil, err
	}
	if w.Cut {
		r.atlas.log.Warnf("the file was cut: it ends in the midst of something, and what it holds until there is judged")
	}
	if w.Crowded {
		r.atlas.log.Warnf("the file tells more than is kept of it: probes that stand elsewhere than they say may be missed")
	}
	return r.judge([]*ripeatlas.Window{w}), nil
}

// allNames are the identity names of all clouds that have measurements.
func (r *AtlasReader) allNames() []string {
	all := r.names
	for _, m := range r.atlas.measured {
		for _, name := range m.cloud.names {
			all = add(all, name)
		}
	}
	return all
}

// Fetch fetches the last whole window of each measurement, and judges them together.
func (r *AtlasReader) Fetch(ctx context.Context, ids []int) ([]Catchment, error) {
	var windows []*ripeatlas.Window
	for _, id := range ids {
		m := r.measured(id)
		w, err := r.atlas.feed(m).Last(ctx)
		if err != nil {
			return nil, fmt.Errorf("measurement %d: %w", id, err)
		}
		windows = append(windows, w)
	}
	return r.judge(windows), nil
}

// measured is a measurement, and the cloud that lists it.
func (r *AtlasReader) measured(id int) measured {
	for _, m := range r.atlas.measured {
		if m.id == id {
			return m
		}
	}
	return measured{id: id, cloud: r.unlisted}
}

func (r *AtlasReader) judge(windows []*ripeatlas.Window) (all []Catchment) {
	var judged []*catchment.Window
	r.sayUnlisted(windows)
	for _, w := range windows {
		judged = append(judged, windowsOf(w, func(id int) *cloud { return r.measured(id).cloud })...)
	}
	var made point.Point
	for _, s := range r.atlas.memory.Judge(r.probes, judged) {
		one := Catchment{Places: map[string]string{}, Foreign: s.ForeignNames, Until: s.To}
		for _, site := range s.Sites {
			if site.Place.Name != "" {
				one.Places[site.Name] = site.Place.Name
			}
		}
		c := r.measured(s.Measurement).cloud
		made.Catchments(c.tags, s, r.atlas.parts(), func(p *point.Point) {
			one.Points = append(one.Points, p.Metric())
		})
		all = append(all, one)
	}
	return all
}

// sayUnlisted names the measurements that no cloud lists, where there are clouds.
func (r *AtlasReader) sayUnlisted(windows []*ripeatlas.Window) {
	if !r.ruled {
		return
	}
	said := map[int]bool{}
	for _, w := range windows {
		for i := range w.Results {
			id := w.Results[i].Measurement
			if !said[id] && r.measured(id).cloud == r.unlisted {
				r.atlas.log.Infof("no cloud lists measurement %d in its option atlas: each name is a site, and nobody is foreign", id)
			}
			said[id] = true
		}
	}
}

func add(all []string, one string) []string {
	for _, known := range all {
		if known == one {
			return all
		}
	}
	return append(all[:len(all):len(all)], one)
}

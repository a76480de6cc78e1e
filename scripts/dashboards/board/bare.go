package board

//lint:file-ignore SA1019 the model that succeeds the classic one is unknown to Grafana 11

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// classic is Grafana's model of a dashboard.
type classic = dashboard.Dashboard

// bare takes out what the SDK says of its own accord: defaults, some of which are unknown to one
// version of Grafana or another, and one that hides links and switches in a menu.
func bare(d *classic) {
	for i := range d.Links {
		d.Links[i].Placement = nil
	}
	for i := range d.Annotations.List {
		a := &d.Annotations.List[i]
		a.Placement, a.BuiltIn = nil, nil
	}
	for i := range d.Templating.List {
		v := &d.Templating.List[i]
		v.Auto, v.AutoMin, v.AutoCount, v.AllowCustomValue = nil, nil, nil, nil
	}
	eachPanel(d, barePanel)
}

// eachPanel does something with each panel, of folded sections too.
func eachPanel(d *classic, do func(*dashboard.Panel)) {
	for _, p := range d.Panels {
		if p.Panel != nil {
			do(p.Panel)
			continue
		}
		for i := range p.RowPanel.Panels {
			do(&p.RowPanel.Panels[i])
		}
	}
}

func barePanel(p *dashboard.Panel) {
	p.Transparent, p.RepeatDirection = nil, nil
	if options, is := p.Options.(*table.Options); is {
		options.Footer, options.ShowTypeIcons = nil, nil
	}
}

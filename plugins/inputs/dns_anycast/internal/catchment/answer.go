package catchment

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// answer is what a result says of who answered.
type answer uint8

const (
	unasked   answer = iota // the probe could not ask
	silence                 // no reply, or none that is one
	anonymous               // a reply that names nobody, which no rule minds
	foreign                 // a reply of somebody else
	named                   // a reply of the cloud's own
)

// names are those that the answers of a window gave, each read once.
type names struct {
	cloud *judge.Cloud
	read  map[string]*name
	spots spots
}

// name is one of them.
type name struct {
	text string // the printable form
	own  bool   // it is the cloud's
	site string // None, a site, or without a site rule the name; empty unless own
	spot *spot  // of the site
}

// of reads a result. The name is nil unless an own or foreign one was given.
func (n *names) of(o *observation.Observation) (answer, *name) {
	yes, asked := o.Result.Answered()
	switch {
	case !asked:
		return unasked, nil
	case !yes || o.Reply == nil:
		return silence, nil
	case !o.Reply.Names() && (o.Reply.Truncated || !n.cloud.TellsForeign()):
		return anonymous, nil
	case !o.Reply.Names():
		return foreign, nil
	}
	if name := n.named(&o.Reply.Identity); name.own {
		return named, name
	} else {
		return foreign, name
	}
}

func (n *names) named(id *observation.Identity) *name {
	if known := n.read[id.Name]; known != nil {
		return known
	}
	read := &name{text: id.Text}
	site, own := n.cloud.Owns(id.Name)
	switch read.own = own; {
	case !own:
	case n.cloud.Site == nil:
		read.site = id.Tag()
	case site == "":
		read.site = None
	default:
		read.site = site
	}
	if own {
		read.spot = n.spots.of(read.site)
	}
	n.read[id.Name] = read
	return read
}

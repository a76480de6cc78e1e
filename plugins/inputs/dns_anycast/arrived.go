package dns_anycast

import "telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"

// Arrived says that something was found beside rounds, a traced path or a window of RIPE Atlas,
// whose points wait: for ArrivedLines, or for the end of the next round.
func (d *DNSAnycast) Arrived() <-chan struct{} {
	if d.monitor == nil {
		return nil
	}
	return d.monitor.arrived
}

// ArrivedLines writes the points of what was found since it was called last, or since the end of a
// round, as RoundLines does. No round may run.
func (d *DNSAnycast) ArrivedLines(write func(line []byte)) {
	if d.monitor == nil {
		return
	}
	var line []byte
	d.monitor.tellArrived(func(p *point.Point) {
		line = p.AppendLine(line[:0])
		write(line)
	})
}

// tellArrived emits what was found beside rounds.
func (m *monitor) tellArrived(emit func(*point.Point)) {
	m.tellTraced(emit)
	m.tellCatchments(emit)
}

// Follow begins to follow measurements of RIPE Atlas, which goes on until Close. It is called after
// Init, and may be called again. Gather does so by itself.
func (d *DNSAnycast) Follow() {
	if d.monitor != nil && d.monitor.atlas != nil {
		d.monitor.atlas.begin()
	}
}

// end calls off what runs beside rounds.
func (m *monitor) end() {
	if m.tracer != nil {
		m.tracer.end()
	}
	if m.atlas != nil {
		m.atlas.end()
	}
}

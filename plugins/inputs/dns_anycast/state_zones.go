package dns_anycast

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// storedZone is what is known of one zone in the file.
type storedZone struct {
	Zone    string                                `json:"zone"`
	Serials storedList[storedSight, *storedSight] `json:"serials"`
	Targets storedList[storedCopy, *storedCopy]   `json:"targets"`
}

func (z *storedZone) size() int   { return stateSize }
func (z *storedZone) valid() bool { return z.Zone != "" }

// storedSight is a judge.Sight in the file.
type storedSight struct {
	Serial uint32    `json:"serial"`
	First  time.Time `json:"first"`
	Last   time.Time `json:"last"`
	Dated  bool      `json:"dated,omitempty"`
}

func storeSight(s judge.Sight) storedSight {
	return storedSight{s.Serial, s.First, s.Last, s.Dated}
}

func (s *storedSight) sight() judge.Sight {
	return judge.Sight{Serial: s.Serial, First: s.First, Last: s.Last, Dated: s.Dated}
}

func (s *storedSight) size() int { return stateSize }

func (s *storedSight) valid() bool {
	sight := s.sight()
	return sight.Valid()
}

// copyKey names a target. The site rule, as in stateKey, changes nothing about zones.
type copyKey struct {
	Cloud     string `json:"cloud"`
	Server    string `json:"server"`
	Address   string `json:"address"` // with its port
	Transport string `json:"transport"`
}

func (p *path) copyKey() copyKey {
	return copyKey{p.server.name, p.server.written(), p.addr.String(), p.transport.String()}
}

// storedCopy is a judge.Copy in the file.
type storedCopy struct {
	copyKey
	Serial *uint32   `json:"serial,omitempty"` // nil: the target has not answered one
	Asked  time.Time `json:"asked"`
	Since  time.Time `json:"since"`
	Told   time.Time `json:"told"`
}

func storeCopy(k copyKey, c judge.Copy) storedCopy {
	s := storedCopy{copyKey: k, Asked: c.Asked, Since: c.Since, Told: c.Told}
	if c.Answered {
		s.Serial = &c.Serial
	}
	return s
}

func (s *storedCopy) copy(zone string) judge.Copy {
	c := judge.Copy{Zone: zone, Asked: s.Asked, Since: s.Since, Told: s.Told}
	if s.Serial != nil {
		c.Answered, c.Serial = true, *s.Serial
	}
	return c
}

func (s *storedCopy) size() int { return stateSize }

func (s *storedCopy) valid() bool {
	c := s.copy(".")
	return c.Valid()
}

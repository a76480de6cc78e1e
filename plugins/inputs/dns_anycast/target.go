package dns_anycast

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

const (
	dnsPort    = 53
	maxTimeout = time.Minute
	maxSpread  = time.Minute
	maxQueries = 10
	maxConfirm = 100
	maxGone    = 64 // former targets of a host name that are remembered
)

// target is one address and transport.
type target struct {
	server       *server
	addr         netip.AddrPort
	tcp          bool
	turn         uint32 // in the order of a round
	cookie       [wire.ClientCookieSize]byte
	serverCookie atomic.Pointer[[]byte] // the last one that came; nil: none. Passes over one target may overlap
	address      string                 // without its port
	track        track                  // where it is
	usuals       usuals                 // how long its instances take
}

// server is one entry of a cloud's list: an address, or a host name that stands for the addresses it has now.
type server struct {
	text       string // as written
	cloud      *cloud
	addr       netip.AddrPort // invalid for a host name
	host       *host          // nil for an address
	port       uint16
	transports []string
	zones      []string
	targets    []*target
}

// cloud is what its servers share.
type cloud struct {
	name      string         // empty for servers given on the command line
	tags      []telegraf.Tag // its name and its own, sorted by key
	names     []string       // identity names in the order asked
	site      *regexp.Regexp // nil: none
	expect    *regexp.Regexp // nil: whoever
	reference bool           // of reference addresses, which are asked for zones alone
	instances instances
	machines  map[string]machine // by NSID
	tally     tally              // of the round under way
	atlas     *atlas             // nil for references
	limits    limits
	advised   bool // that a site rule might help
}

// prefix names the cloud in a message.
func (c *cloud) prefix() string {
	if c.name == "" {
		return ""
	}
	return fmt.Sprintf("cloud %q: ", c.name)
}

// build turns the options into servers and targets. Every refusal of a value is here or below.
func (d *DNSAnycast) build() ([]*server, error) {
	if err := d.CheckOptions(); err != nil {
		return nil, err
	}
	if len(d.Clouds) == 0 {
		return nil, errors.New("no cloud: write an [[inputs.dns_anycast.cloud]] block with name and servers")
	}
	var servers []*server
	var leftOut []string
	seen := map[string]int{}
	for i := range d.Clouds {
		c := &d.Clouds[i]
		where := place(i, c)
		if n, twice := seen[c.Name]; twice {
			return nil, fmt.Errorf("%s.name: cloud[%d] has the same name: give each cloud a name of its own", where, n+1)
		}
		seen[c.Name] = i
		ss, out, err := d.buildCloud(c)
		if err != nil {
			return nil, fmt.Errorf("%s%w", where, err)
		}
		servers, leftOut = append(servers, ss...), append(leftOut, out...)
	}
	references, out, err := d.buildReferences()
	if err != nil {
		return nil, err
	}
	d.references, leftOut = references, append(leftOut, out...)
	if len(servers) == 0 {
		return nil, fmt.Errorf("no server is left for families = %s", quoted(d.Families))
	}
	if len(leftOut) > 0 {
		d.warnf("left out, since families = %s: %s", quoted(d.Families), strings.Join(leftOut, ", "))
	}
	return servers, nil
}

func place(i int, c *Cloud) string {
	switch {
	case c.adhoc:
		return "command line"
	case c.Name == "":
		return fmt.Sprintf("cloud[%d]", i+1)
	}
	return fmt.Sprintf("cloud[%d] %q", i+1, c.Name)
}

// CheckOptions checks all but the clouds, as Init does: who fills the options from two places can tell whose fault it
// is. Errors begin with the option.
func (d *DNSAnycast) CheckOptions() error {
	if err := oneOf("families", d.Families, "ipv4", "ipv6"); err != nil {
		return err
	}
	if err := oneOf("transports", d.Transports, "udp", "tcp"); err != nil {
		return err
	}
	if err := oneOf("identity_names", d.IdentityNames, "hostname.bind", "id.server"); err != nil {
		return err
	}
	if t := time.Duration(d.Timeout); t < time.Millisecond || t > maxTimeout {
		return fmt.Errorf(`timeout: %s is out of range: write one from "1ms" to "1m"`, t)
	}
	if d.Queries < 1 || d.Queries > maxQueries {
		return fmt.Errorf("queries: %d is out of range: write a number from 1 to %d", d.Queries, maxQueries)
	}
	if s := d.Spread; s != nil && (*s < 0 || time.Duration(*s) > maxSpread) {
		return fmt.Errorf(`spread: %s is out of range: write one from "0s" to "1m"`, time.Duration(*s))
	}
	if d.Confirm < 1 || d.Confirm > maxConfirm {
		return fmt.Errorf("confirm: %d is out of range: write a number from 1 to %d", d.Confirm, maxConfirm)
	}
	if d.StateFile != "" && !filepath.IsAbs(d.StateFile) {
		return fmt.Errorf("state_file: %q is no absolute path: write one like \"/var/lib/telegraf/dns_anycast.state\"", d.StateFile)
	}
	if d.MaxInstances < 1 || d.MaxInstances > 1_000_000 {
		return fmt.Errorf("max_instances: %d is out of range: write a number from 1 to 1000000", d.MaxInstances)
	}
	if _, err := readLocation(d.Location); err != nil {
		return err
	}
	if err := d.Thresholds.check(); err != nil {
		return err
	}
	return d.checkSources()
}

// oneOf checks a list of words: not empty, none twice, each known.
func oneOf(option string, words []string, known ...string) error {
	if len(words) == 0 {
		return fmt.Errorf("%s: the list is empty: name at least one of %s", option, quoted(known))
	}
	for i, w := range words {
		if !slices.Contains(known, w) {
			return fmt.Errorf("%s[%d]: %q is not one of %s", option, i+1, w, quoted(known))
		}
		if slices.Contains(words[:i], w) {
			return fmt.Errorf("%s[%d]: %q is listed twice", option, i+1, w)
		}
	}
	return nil
}

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = strconv.Quote(w)
	}
	return strings.Join(q, ", ")
}

func (d *DNSAnycast) checkSources() error {
	for i, s := range []struct{ option, text string }{{"source_ipv4", d.SourceIPv4}, {"source_ipv6", d.SourceIPv6}} {
		d.sources[i] = netip.Addr{}
		if s.text == "" {
			continue
		}
		a, err := netip.ParseAddr(s.text)
		if err != nil || a.Is6() != (i == 1) || a.Is4In6() || a.IsMulticast() || a.IsUnspecified() {
			return fmt.Errorf("%s: %q is no %s address of this host", s.option, s.text, [2]string{"IPv4", "IPv6"}[i])
		}
		d.sources[i] = a
	}
	return nil
}

// buildCloud returns the cloud's servers, and as text those that the families leave out. Errors begin with the place
// inside the cloud.
func (d *DNSAnycast) buildCloud(opt *Cloud) (servers []*server, leftOut []string, err error) {
	c := &cloud{name: opt.Name, tags: cloudTags(opt.Name, opt.Tags), names: d.IdentityNames, instances: newInstances(d.MaxInstances), tally: newTally()}
	if err := checkCloud(opt); err != nil {
		return nil, nil, err
	}
	if opt.IdentityNames != nil {
		c.names = opt.IdentityNames
	}
	if c.site, err = siteRule(opt.Site); err != nil {
		return nil, nil, err
	}
	if c.expect, err = expectRule(opt.Expect); err != nil {
		return nil, nil, err
	}
	zones, err := zoneNames(opt.Zones)
	if err != nil {
		return nil, nil, err
	}
	h, err := readLocation(d.Location)
	if err != nil {
		return nil, nil, err // CheckOptions has told
	}
	if c.atlas, err = newAtlas(opt, h); err != nil {
		return nil, nil, err
	}
	if err := opt.Thresholds.check(); err != nil {
		return nil, nil, fmt.Errorf(".%w", err)
	}
	c.limits = d.limits(&opt.Thresholds)
	seen := map[string]int{}
	for i, text := range opt.Servers {
		s, err := d.parseServer(text)
		if err == nil {
			if n, twice := seen[s.key()]; twice {
				err = fmt.Errorf("%q is listed twice: servers[%d] is the same", text, n+1)
			} else {
				seen[s.key()] = i
			}
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s[%d]: %w", serversOf(opt), i+1, err)
		}
		if s.addr.IsValid() && !slices.Contains(d.Families, family(s.addr.Addr())) {
			leftOut = append(leftOut, text)
			continue
		}
		s.cloud, s.zones = c, zones
		s.build()
		servers = append(servers, s)
	}
	return servers, leftOut, nil
}

func serversOf(c *Cloud) string {
	if c.adhoc {
		return ": server"
	}
	return ".servers"
}

func checkCloud(c *Cloud) error {
	if !c.adhoc {
		if c.Name == "" {
			return errors.New(".name: is missing: give the cloud a name")
		}
		if err := checkTagText(c.Name); err != nil {
			return fmt.Errorf(".name: %w", err)
		}
		if c.Name == referenceCloud {
			return fmt.Errorf(".name: %q is the cloud of reference addresses: choose another", c.Name)
		}
		if len(c.Servers) == 0 {
			return errors.New(".servers: is missing: list at least one address or host name")
		}
	}
	if c.IdentityNames != nil {
		if err := oneOf(".identity_names", c.IdentityNames, "hostname.bind", "id.server"); err != nil {
			return err
		}
	}
	return checkTags(c.Tags)
}

// checkTags refuses what would change the meaning of a point, or break its line.
func checkTags(tags map[string]string) error {
	keys := make([]string, 0, len(tags))
	for k := range tags {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if reserved(k) {
			return fmt.Errorf(".tags.%s: is a name of this plugin's or of Telegraf's own: choose another", k)
		}
		if err := checkTagText(k); err != nil {
			return fmt.Errorf(".tags.%q: %w", k, err)
		}
		if err := checkTagText(tags[k]); err != nil {
			return fmt.Errorf(".tags.%s: %w", k, err)
		}
	}
	return nil
}

// checkTagText accepts what line protocol carries unchanged.
func checkTagText(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("is empty: write some text")
	}
	for _, r := range s {
		if !strconv.IsPrint(r) || r == '\\' || r == '\uFFFD' {
			return fmt.Errorf("%q holds %q: write printable text without a backslash", s, r)
		}
	}
	return nil
}

func siteRule(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf(".site: %w", err)
	}
	if re.NumSubexp() == 0 {
		return nil, fmt.Errorf(`.site: %q has no group: put the site in parentheses, as in '^([a-z]{3})'`, text)
	}
	return re, nil
}

func expectRule(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf(".expect: %w", err)
	}
	re.Longest() // for matchesWhole
	return re, nil
}

// parseServer reads an address or host name, with or without a port.
func (d *DNSAnycast) parseServer(text string) (*server, error) {
	s := &server{text: text, transports: d.Transports}
	if strings.TrimSpace(text) != text {
		return nil, fmt.Errorf("%q has white space around it", text)
	}
	if strings.ContainsAny(text, ", \t\n;") {
		return nil, fmt.Errorf(`%q looks like two servers in one string: write "…", "…"`, text)
	}
	name, port, err := splitPort(text)
	if err != nil {
		return nil, err
	}
	s.port = port
	a, err := netip.ParseAddr(name)
	if err != nil {
		if err := checkHostName(name); err != nil {
			return nil, fmt.Errorf("%q %w", text, err)
		}
		s.host = &host{name: strings.ToLower(strings.TrimSuffix(name, ".")) + ".", families: d.Families}
		return s, nil
	}
	if err := checkAddress(a); err != nil {
		return nil, fmt.Errorf("%q %w", text, err)
	}
	s.addr = netip.AddrPortFrom(namedZone(a.Unmap()), port)
	return s, nil
}

// splitPort cuts a port off: "192.0.2.1:53", "[2001:db8::1]:53", "ns1.example:53".
func splitPort(text string) (name string, port uint16, err error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return a.String(), dnsPort, nil
	}
	name, digits, found := text, "", false
	if strings.HasPrefix(text, "[") {
		if name, digits, found = strings.Cut(text[1:], "]"); !found {
			return "", 0, fmt.Errorf(`%q has no closing bracket: write "[2001:db8::1]:53"`, text)
		}
		if a, err := netip.ParseAddr(name); err != nil || !a.Is6() {
			return "", 0, fmt.Errorf(`%q has no IPv6 address in its brackets: write "[2001:db8::1]:53"`, text)
		}
		if digits == "" {
			return name, dnsPort, nil
		}
		if digits, found = strings.CutPrefix(digits, ":"); !found {
			return "", 0, fmt.Errorf(`%q: after the bracket comes a colon and a port: write "[2001:db8::1]:53"`, text)
		}
	} else if name, digits, found = strings.Cut(text, ":"); !found {
		return name, dnsPort, nil
	} else if strings.Contains(digits, ":") {
		return "", 0, fmt.Errorf(`%q is no IPv6 address; with a port it is written "[2001:db8::1]:53"`, text)
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 {
		return "", 0, fmt.Errorf("%q: the port is a number from 1 to 65535", text)
	}
	return name, uint16(n), nil
}

func checkAddress(a netip.Addr) error {
	switch u := a.Unmap(); {
	case u.IsUnspecified(), u.IsMulticast(), u == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return errors.New("is no address of one host")
	case u.Zone() != "" && !u.IsLinkLocalUnicast():
		return errors.New("has a zone, which only a link-local address needs")
	case u.Is6() && u.IsLinkLocalUnicast() && u.Zone() == "":
		return errors.New(`is link-local: name its interface, as in "fe80::1%eth0"`)
	}
	return nil
}

// namedZone writes an interface by its name, as the system does in the addresses of replies.
func namedZone(a netip.Addr) netip.Addr {
	if index, err := strconv.Atoi(a.Zone()); err == nil {
		if i, err := net.InterfaceByIndex(index); err == nil {
			return a.WithZone(i.Name)
		}
	}
	return a
}

// checkHostName accepts what can be looked up (RFC 1035, section 2.3.4; the underscore occurs).
func checkHostName(name string) error {
	name = strings.TrimSuffix(name, ".")
	if name == "" {
		return errors.New("is empty: write an address or a host name")
	}
	if len(name) > 253 {
		return errors.New("is longer than a host name can be (253 bytes)")
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.Trim(strings.ToLower(l), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return errors.New("is neither an address nor a host name")
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return errors.New("is no IPv4 address")
	}
	return nil
}

// key is what makes two servers the same.
func (s *server) key() string {
	if s.host != nil {
		return s.host.name + ":" + strconv.Itoa(int(s.port))
	}
	return s.addr.String()
}

// build makes the targets of the addresses the server has now. A target that was there before stays, and with it its
// cookies and what it has heard.
func (s *server) build() {
	addrs := []netip.AddrPort{s.addr}
	if s.host != nil {
		addrs = s.host.addresses(s.port)
	}
	before := s.targets
	if s.host != nil {
		before = append(before, s.host.gone...)
	}
	s.targets = nil
	for _, a := range addrs {
		for _, transport := range s.transports {
			tcp := transport == "tcp"
			i := slices.IndexFunc(before, func(t *target) bool { return t.addr == a && t.tcp == tcp })
			if i >= 0 {
				s.targets = append(s.targets, before[i])
				before = slices.Delete(before, i, i+1)
				continue
			}
			t := &target{server: s, addr: a, tcp: tcp, cookie: wire.NewCookie(), address: a.Addr().String()}
			if t.address == s.text {
				t.address = s.text // one text in memory
			}
			t.turn = t.turnAt(vantage())
			s.targets = append(s.targets, t)
		}
	}
	if s.host != nil {
		s.host.gone = before[:min(len(before), maxGone)]
	}
}

func (t *target) transport() string {
	if t.tcp {
		return "tcp"
	}
	return "udp"
}

// cloudTags are the tags that all points of a cloud have, sorted by key.
func cloudTags(name string, own map[string]string) []telegraf.Tag {
	var p point
	for key, value := range own {
		p.addTag(key, value)
	}
	if name != "" {
		p.addTag("cloud", name)
	}
	return p.tags
}

func family(a netip.Addr) string {
	if a.Is6() {
		return "ipv6"
	}
	return "ipv4"
}

// Planned is a query of every round, as far as it is known without looking names up.
type Planned struct {
	Cloud     string // empty for servers given on the command line
	Server    string // as written
	Address   string // empty for a host name: one query for each address it has
	Family    string // empty for a host name
	Transport string
	Zone      string // whose SOA record is asked for; empty: who answers
}

// Plan lists what a round asks, in the order of the configuration.
func (d *DNSAnycast) Plan() []Planned {
	var plan []Planned
	for _, s := range slices.Concat(d.servers, d.references) {
		for _, transport := range s.transports {
			p := Planned{Cloud: s.cloud.name, Server: s.text, Transport: transport}
			if s.host == nil {
				p.Address, p.Family = s.addr.String(), family(s.addr.Addr())
			}
			if !s.cloud.reference {
				plan = append(plan, p)
			}
			for _, p.Zone = range s.zones {
				plan = append(plan, p)
			}
		}
	}
	return plan
}

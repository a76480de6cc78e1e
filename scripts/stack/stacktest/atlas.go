package stacktest

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/influxdata/telegraf/plugins/serializers/influx"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
)

// Measurements of RIPE Atlas at the addresses of a cloud; one asks for Zone over IPv4.
const (
	AtlasIPv4 = 1001
	AtlasIPv6 = 1002
	AtlasZone = 1003
)

// The target of all measurements, and its addresses.
const (
	AtlasServer = "ns.example.net"
	AtlasAddr4  = "192.0.2.53"
	AtlasAddr6  = "2001:db8::53"
)

// atlasConf has places and rules for names such as lhr1.
const atlasConf = `
  [[inputs.dns_anycast.cloud]]
    name = %q
    site = '^([a-z]{3})[0-9]$'
    expect = '[a-z]{3}[0-9]'
    places = "iata"
    atlas = [%d, %d, %d]
`

// Probes are numbered from 1 on: twenty in Great Britain, fifteen of them in one AS and five in another one, ten in the
// Netherlands, and ten in South Africa.
const AtlasProbes = 40

// stands is where a probe is.
func stands(probe int) (country string, asn int, latitude, longitude float64) {
	switch {
	case probe <= 15:
		return "GB", 64500, 51.5, -0.1
	case probe <= 20:
		return "GB", 64501, 51.5, -0.1
	case probe <= 30:
		return "NL", 64502, 52.4, 4.9
	}
	return "ZA", 64503, -26.2, 28
}

// Atlas judges what probes of RIPE Atlas were answered as the plugin does, and remembers one window in the next.
type Atlas struct{ reader *dns_anycast.AtlasReader }

// NewAtlas is about a cloud, by its name.
func NewAtlas(t *testing.T, cloud string) *Atlas {
	t.Helper()
	d := dns_anycast.New()
	d.Internal = false
	var file struct {
		Inputs struct {
			Blocks []struct {
				Clouds []dns_anycast.Cloud `toml:"cloud"`
			} `toml:"dns_anycast"`
		} `toml:"inputs"`
	}
	text := "[[inputs.dns_anycast]]\n" + fmt.Sprintf(atlasConf, cloud, AtlasIPv4, AtlasIPv6, AtlasZone)
	if _, err := toml.Decode(text, &file); err != nil {
		t.Fatal(err)
	}
	d.Clouds = file.Inputs.Blocks[0].Clouds
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	reader, err := d.NewAtlasReader()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reader.Close)
	var probes strings.Builder
	for probe := 1; probe <= AtlasProbes; probe++ {
		country, asn, north, east := stands(probe)
		fmt.Fprintf(&probes, `{"id":%d,"asn_v4":%d,"asn_v6":%[2]d,"country_code":%q,"geometry":{"type":"Point","coordinates":[%v,%v]},`+
			`"status":{"id":1,"name":"Connected"},"tags":[]}`+"\n", probe, asn, country, east, north)
	}
	archive := filepath.Join(t.TempDir(), "probes")
	Write(t, archive, probes.String())
	if err := reader.LoadProbes(context.Background(), archive); err != nil {
		t.Fatal(err)
	}
	return &Atlas{reader}
}

// Window returns the points of a window that a host has read, in line protocol with milliseconds. Each probe names an
// instance, "" where nothing comes, or "none" where it has no vote. Its time is 200 ms, and as many more as its number.
func (a *Atlas) Window(t *testing.T, host string, measurement int, at time.Time, vote func(probe int) string) []string {
	t.Helper()
	return a.judge(t, host, measurement, at, func(probe int, r *atlastest.Result) bool {
		name := vote(probe)
		r.Reply = atlastest.Named("hostname.bind", name, nil)
		if name == "" {
			r.Reply, r.Error = nil, `{"timeout":5000}`
		}
		return name != "none"
	})
}

// Serials returns the points of a window of AtlasZone, in which each probe gets a serial from an instance.
func (a *Atlas) Serials(t *testing.T, host string, at time.Time, vote func(probe int) (serial uint32, name string)) []string {
	t.Helper()
	return a.judge(t, host, AtlasZone, at, func(probe int, r *atlastest.Result) bool {
		serial, name := vote(probe)
		r.Reply = atlastest.Zone(Zone, serial, name, nil)
		return true
	})
}

func (a *Atlas) judge(
	t *testing.T, host string, measurement int, at time.Time, answer func(probe int, r *atlastest.Result) bool,
) (lines []string) {
	t.Helper()
	address := AtlasAddr4
	if measurement == AtlasIPv6 {
		address = AtlasAddr6
	}
	var file bytes.Buffer
	for probe := 1; probe <= AtlasProbes; probe++ {
		r := atlastest.Result{
			Measurement: measurement, Probe: probe, At: at, Name: AtlasServer, Addr: netip.AddrPortFrom(netip.MustParseAddr(address), 53),
			RTT: 200*time.Millisecond + time.Duration(probe)*time.Millisecond, Synced: 10, // any site is possible
		}
		if answer(probe, &r) {
			fmt.Fprintf(&file, "%s\n", r.Line())
		}
	}
	found, err := a.reader.ReadFile(&file)
	if err != nil {
		t.Fatal(err)
	}
	serializer := &influx.Serializer{}
	if err := serializer.Init(); err != nil {
		t.Fatal(err)
	}
	for _, one := range found {
		for _, m := range one.Points {
			m.AddTag("host", host)
			if m.Name() == "dns_anycast_catchment" {
				m.AddField("late", int64(0)) // as of the service, which had the window before
			}
			line, err := serializer.Serialize(m)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, strings.TrimSuffix(strings.TrimSpace(string(line)), "000000"))
		}
	}
	return lines
}

//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

// announced is what the sites announce, by family.
var announced = [2]string{"192.0.2.0/24", "2001:db8:53::/48"}

// The sites call and the router waits: two that call each other at once lose a second over whose
// call counts. Hold times are long, since nothing is cut in silence here, and a busy machine must
// not look like a lost site.
const timers = `hold time 12; keepalive time 4; connect delay time 1; connect retry time 1; error wait time 1, 2;`

var routerConfig = template.Must(template.New("").Parse(`
log stderr all;
router id {{.ID}};
protocol device { }
protocol kernel kernel4 { merge paths on; ipv4 { import none; export where source = RTS_BGP; }; }
protocol kernel kernel6 { merge paths on; ipv6 { import none; export where source = RTS_BGP; }; }
template bgp site { local as 64500; passive on; ` + timers + ` }
{{- range .Sites}}
protocol bgp {{.Name}}_4 from site { neighbor {{index .Address 0}} as {{.AS}}; ipv4 { import table on; import filter { bgp_local_pref = {{.Preference}}; accept; }; export none; }; }
protocol bgp {{.Name}}_6 from site { neighbor {{index .Address 1}} as {{.AS}}; ipv6 { import table on; import filter { bgp_local_pref = {{.Preference}}; accept; }; export none; }; }
{{- end}}
`))

var siteConfig = template.Must(template.New("").Parse(`
log stderr all;
router id {{index .Address 0}};
protocol device { }
protocol static anycast4 { ipv4; route {{index .Announced 0}} blackhole; }
protocol static anycast6 { ipv6; route {{index .Announced 1}} blackhole; }
template bgp uplink { local as {{.AS}}; ` + timers + ` }
protocol bgp uplink4 from uplink { neighbor {{index .Router 0}} as 64500; ipv4 { import none; export where source = RTS_STATIC; }; }
protocol bgp uplink6 from uplink { neighbor {{index .Router 1}} as 64500; ipv6 { import none; export where source = RTS_STATIC; }; }
`))

// speaker is a site as BGP has it.
type speaker struct {
	Name                       string
	AS, Preference             int
	Address, Router, Announced [2]string
}

func (l *lab) speaker(s *site) speaker {
	return speaker{
		s.name, 64510 + s.number, l.preference(s),
		neighbour(s.number), gateway(s.number), announced,
	}
}

func (l *lab) preference(s *site) int {
	if l.ecmp && s.number == 2 {
		return 300
	}
	return 400 - 100*s.number
}

func (l *lab) startRouter() error {
	if err := l.writeRouter(); err != nil {
		return err
	}
	return l.startBird(router)
}

func (l *lab) writeRouter() error {
	values := struct {
		ID    string
		Sites []speaker
	}{ID: gateway(0)[0]}
	for _, s := range l.sites {
		values.Sites = append(values.Sites, l.speaker(s))
	}
	return fill(routerConfig, l.birdFile(router, "conf"), values)
}

func (l *lab) startSpeaker(s *site) error {
	if err := fill(siteConfig, l.birdFile(s.name, "conf"), l.speaker(s)); err != nil {
		return err
	}
	return l.startBird(s.name)
}

func (l *lab) startBird(place string) error {
	_, err := l.start(place, place+"-bird",
		exec.Command("bird", "-f", "-c", l.birdFile(place, "conf"), "-s", l.birdFile(place, "ctl")))
	return err
}

func (l *lab) birdFile(place, kind string) string {
	return filepath.Join(l.dir, place+"-bird."+kind)
}

func fill(t *template.Template, file string, values any) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return t.Execute(f, values)
}

func (l *lab) birdc(place string, words ...string) (string, error) {
	return output(exec.Command("birdc", append([]string{"-s", l.birdFile(place, "ctl")}, words...)...))
}

// settle waits until the router knows and uses what it should, given what the sites announce.
func (l *lab) settle(ctx context.Context) error {
	return l.await(ctx, "the router's routes", l.settled)
}

var (
	pathFrom   = regexp.MustCompile(`\[(\w+_[46]) `)
	hopThrough = regexp.MustCompile(`\bdev (\S+)`)
)

func (l *lab) settled() error {
	known, err := l.birdc(router, "show", "route")
	if err != nil {
		return err
	}
	if got, want := found(pathFrom, known), l.paths(); !slices.Equal(got, want) {
		return fmt.Errorf("BIRD knows %v, not %v", got, want)
	}
	for family, network := range announced {
		used, err := output(exec.Command("ip", "-n", l.namespace(router), "-"+families[family], "route", "show", network))
		if err != nil {
			return err
		}
		if got, want := found(hopThrough, used), l.preferred(family); !slices.Equal(got, want) {
			return fmt.Errorf("%s goes to %v, not to %v", network, got, want)
		}
	}
	return nil
}

// paths are the BGP sessions that should have told of a route.
func (l *lab) paths() (list []string) {
	for _, s := range l.sites {
		for family, yes := range s.announced {
			if yes {
				list = append(list, s.name+"_"+families[family])
			}
		}
	}
	slices.Sort(list)
	return list
}

// preferred are the sites that packets should go to.
func (l *lab) preferred(family int) (list []string) {
	best := 0
	for _, s := range l.sites {
		if p := l.preference(s); s.announced[family] && p >= best {
			best = p
			list = append(list, s.name)
		}
	}
	slices.Sort(list)
	return list
}

func found(r *regexp.Regexp, text string) (list []string) {
	for _, match := range r.FindAllStringSubmatch(text, -1) {
		list = append(list, strings.TrimSpace(match[1]))
	}
	slices.Sort(list)
	return list
}

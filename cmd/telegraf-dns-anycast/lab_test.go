//go:build linux

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// converse starts a program that answers what is written to it, until the test ends.
func converse(t *testing.T, program string, args ...string) *execdtest.Process {
	t.Helper()
	p, err := execdtest.Start(exec.Command(program, args...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := p.End(); err != nil {
			t.Errorf("%s: %v", filepath.Base(program), err)
		}
		p.Kill()
	})
	return p
}

// anycast is the lab of scripts/lab and the plugin at its vantage point.
type anycast struct{ lab, plugin *execdtest.Process }

// untraced leaves the tracing of paths out.
var untraced = []string{"trace =", "# trace ="}

// nowhere leaves the place of the vantage point out, and those of the sites.
var nowhere = []string{"location =", "# location =", "places =", "# places =", "sites =", "# sites ="}

// startAnycast takes pairs to be replaced in the lab's configuration, from which it leaves tracing out.
func startAnycast(t *testing.T, edits ...string) anycast {
	t.Helper()
	return startTracing(t, append(edits, untraced...)...)
}

// startTracing leaves it in.
func startTracing(t *testing.T, edits ...string) anycast {
	t.Helper()
	needsLab(t)
	program := filepath.Join(t.TempDir(), "lab")
	if out, err := exec.Command("go", "build", "-o", program, "../../scripts/lab").CombinedOutput(); err != nil {
		t.Fatalf("build the lab: %v\n%s", err, out)
	}
	lab := converse(t, program, "--control", "--delay", "5ms,20ms,25ms")
	var namespace, file string
	ready, err := lab.Ask("", execdtest.Lines(1))
	if _, scan := fmt.Sscanf(string(ready), "ready %s %s", &namespace, &file); scan != nil {
		t.Fatal(err, scan)
	}
	conf, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	edits = append(edits, `timeout = "1s"`, "timeout = \"1s\"\n  internal = false")
	own := writeFile(t, strings.NewReplacer(edits...).Replace(string(conf)))
	return anycast{lab, converse(t, "ip", "netns", "exec", namespace, binary(t), "--config", own)}
}

// needsLab skips the test where no lab can run, and fails it in CI.
func needsLab(t *testing.T) {
	t.Helper()
	skiptest.Namespaces(t, nstest.Try(unix.CLONE_NEWNET|unix.CLONE_NEWNS))
	var programs, packages []string
	for _, p := range [][2]string{{"ip", "iproute2"}, {"bird", "bird2"}, {"nsd", "nsd"}, {"knotd", "knot"}, {"named", "bind9"}} {
		_, err := exec.LookPath(p[0])
		if _, sbin := os.Stat(filepath.Join("/usr/sbin", p[0])); err != nil && sbin != nil {
			programs, packages = append(programs, p[0]), append(packages, p[1])
		}
	}
	if len(programs) > 0 {
		skiptest.Package(t, strings.Join(programs, ", "), strings.Join(packages, " "))
	}
}

func (a anycast) tell(t *testing.T, command string) {
	t.Helper()
	if answer, err := a.lab.Ask(command+"\n", execdtest.Lines(1)); string(answer) != "ok\n" {
		t.Fatalf("%s: %s %v", command, answer, err)
	}
}

// labRound is the lines of one round, what varies in them taken out.
type labRound struct {
	queries, changes []string
	zones            []string // as they came
	cloud            string
	ms               []float64 // query_time_ms of the queries that have one
}

var (
	measured = regexp.MustCompile(`(_ms|held_s)=[0-9.e+-]+`)
	stampEnd = regexp.MustCompile(` \d{19}$`)
	timeOf   = regexp.MustCompile(`query_time_ms=([0-9.e+-]+)`)
)

func (a anycast) round(t *testing.T) (r labRound) {
	t.Helper()
	text, err := a.plugin.Round(execdtest.Clouds(1))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "dns_anycast_soa,") {
			r.zones = append(r.zones, line)
			continue
		}
		if m := timeOf.FindStringSubmatch(line); m != nil {
			ms, _ := strconv.ParseFloat(m[1], 64)
			r.ms = append(r.ms, ms)
		}
		line = exact(line)
		switch name, _, _ := strings.Cut(line, ","); name {
		case "dns_anycast":
			r.queries = append(r.queries, line)
		case "dns_anycast_change":
			r.changes = append(r.changes, line)
		case "dns_anycast_serial":
		default:
			r.cloud = line
		}
	}
	slices.Sort(r.queries)
	slices.Sort(r.changes)
	return r
}

// rounds returns the last of some rounds, with the changes of all.
func (a anycast) rounds(t *testing.T, n int) (last labRound) {
	t.Helper()
	var changes []string
	for range n {
		last = a.round(t)
		changes = append(changes, last.changes...)
	}
	slices.Sort(changes)
	last.changes = changes
	return last
}

var labAddresses = map[string]string{"ipv4": "192.0.2.53", "ipv6": "2001:db8:53::53"}

// answer is the line of a query that an instance answered, such as LHR1.
func answer(family, instance string) string {
	return fmt.Sprintf(`dns_anycast,address=%[1]s,cloud=lab,family=%[2]s,identity_source=hostname.bind,instance=%[3]s,`+
		`rcode=NOERROR,result=success,server=%[1]s,site=%[4]s,transport=udp answered=1i,discarded=0i,hostname=%[3]q,nsid=%[3]q,`+
		`query_time_ms=…,rcode_value=0i,result_code=0i,time_source="kernel"`, labAddresses[family], family, instance, instance[:3])
}

// moved is the line of a change, the first since the start or a later one.
func moved(family string, n int, from, to string) string {
	return fmt.Sprintf(`dns_anycast_change,address=%[1]s,cloud=lab,family=%[2]s,server=%[1]s,transport=udp changes=%[3]di,`+
		`from=%[4]q,from_instance=%[5]q,held_s=…,to=%[6]q,to_instance=%[7]q`,
		labAddresses[family], family, n, from[:3], from, to[:3], to)
}

// sums is the line of the cloud where both families answered.
func sums(agree, sites int) string {
	return fmt.Sprintf("dns_anycast_cloud,cloud=lab families_agree=%di,instances=%di,ipv4_answered=1i,ipv4_asked=1i,"+
		"ipv6_answered=1i,ipv6_asked=1i,max_ms=…,min_ms=…,sites=%[2]di", agree, sites)
}

func (r labRound) check(t *testing.T, queries, changes []string, cloud string) {
	t.Helper()
	for _, c := range []struct{ got, want []string }{{r.queries, queries}, {r.changes, changes}, {[]string{r.cloud}, []string{cloud}}} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("lines\n got %s\nwant %s", strings.Join(c.got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

// checkAway compares times with the way there and back, in milliseconds. A busy machine makes them longer.
func (r labRound) checkAway(t *testing.T, least float64) {
	t.Helper()
	for _, ms := range r.ms {
		if ms < least || ms > least+150 {
			t.Errorf("%v ms, want %v and little more", ms, least)
		}
	}
}

// TestAnycast breaks a real anycast cloud in each way that one breaks, and looks at what the plugin says.
func TestAnycast(t *testing.T) {
	t.Parallel()
	a := startAnycast(t, nowhere...)
	lhr := []string{answer("ipv4", "LHR1"), answer("ipv6", "LHR1")}
	arn := []string{answer("ipv4", "ARN1"), answer("ipv6", "ARN1")}
	none := []string(nil)

	r := a.rounds(t, 3)
	r.check(t, lhr, none, sums(1, 1))
	r.checkAway(t, 10)

	a.tell(t, "withdraw lhr1")
	r = a.rounds(t, 3)
	r.check(t, arn, []string{moved("ipv4", 1, "LHR1", "ARN1"), moved("ipv6", 1, "LHR1", "ARN1")}, sums(1, 1))
	r.checkAway(t, 40)

	a.tell(t, "announce lhr1")
	a.rounds(t, 3).check(t, lhr, []string{moved("ipv4", 2, "ARN1", "LHR1"), moved("ipv6", 2, "ARN1", "LHR1")}, sums(1, 1))
	a.rounds(t, 10).check(t, lhr, none, sums(1, 1)) // so that later turns are counted from here

	a.tell(t, "withdraw lhr1 6")
	a.rounds(t, 3).check(t, []string{lhr[0], arn[1]}, []string{moved("ipv6", 3, "LHR1", "ARN1")}, sums(0, 2))
	a.tell(t, "announce lhr1 6")
	a.rounds(t, 10).check(t, lhr, []string{moved("ipv6", 4, "ARN1", "LHR1")}, sums(1, 1))

	a.tell(t, "kill lhr1")
	a.checkDead(t)
	a.tell(t, "start lhr1")
	a.rounds(t, 3).check(t, lhr, none, sums(1, 1)) // silence is no change
}

// checkDead: a route that leads to no server. The kernel there says so a few times, then is silent for most of a second.
func (a anycast) checkDead(t *testing.T) {
	t.Helper()
	counts := map[string]int{}
	for range 8 {
		r := a.round(t)
		want := "dns_anycast_cloud,cloud=lab instances=0i,ipv4_answered=0i,ipv4_asked=1i,ipv6_answered=0i,ipv6_asked=1i,sites=0i"
		if r.cloud != want || len(r.changes) > 0 || len(r.ms) > 0 {
			t.Errorf("of a dead server: %+v", r)
		}
		for _, line := range r.queries {
			_, rest, _ := strings.Cut(line, "result=")
			result, _, _ := strings.Cut(rest, ",")
			counts[result]++
		}
	}
	if counts["unreachable"] < 2 || counts["unreachable"]+counts["timeout"] != 16 {
		t.Errorf("results of a dead server: %v", counts)
	}
}

// TestAnycastECMP: a path over two sites shows both, ends in one split, and is silent from then on.
func TestAnycastECMP(t *testing.T) {
	t.Parallel()
	a := startAnycast(t, nowhere...)
	a.rounds(t, 2)
	a.tell(t, "ecmp on")
	last, seen := map[string]string{}, map[string]bool{}
	for i := range 150 {
		r := a.round(t)
		for _, line := range r.queries {
			seen[line] = true
		}
		for _, line := range r.changes {
			family := "ipv4"
			if strings.Contains(line, "family=ipv6") {
				family = "ipv6"
			}
			if strings.Contains(last[family], `to="split"`) {
				t.Errorf("round %d: after the split: %s", i, line)
			}
			last[family] = line
		}
	}
	for family, address := range labAddresses {
		for _, instance := range []string{"LHR1", "ARN1"} {
			if !seen[answer(family, instance)] {
				t.Errorf("%s over %s was not seen", instance, family)
			}
		}
		if !strings.HasPrefix(last[family], "dns_anycast_change,address="+address+",") || !strings.Contains(last[family], `to="split"`) {
			t.Errorf("the last change over %s: %q", family, last[family])
		}
	}
}

var lagOf = regexp.MustCompile(`serial_lag_s=([0-9.e+-]+)`)

// TestAnycastZone: with rounds of one second, a zone update reaches two sites of three. The third is named by its own
// NSID, with its lag to the second, while it goes on telling its name.
func TestAnycastZone(t *testing.T) {
	t.Parallel()
	a := startAnycast(t, nowhere...)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	a.checkZones(t, a.round(t), 1, 1, 0)
	a.tell(t, "publish 2 arn1 yyz1")
	published := time.Now()
	for range 5 {
		<-second.C
		r := a.round(t)
		r.check(t, []string{answer("ipv4", "LHR1"), answer("ipv6", "LHR1")}, nil, sums(1, 1))
		a.checkZones(t, r, 1, 2, time.Since(published))
	}
	a.tell(t, "publish 2")
	a.checkZones(t, a.round(t), 2, 2, 0)
}

// checkZones: LHR1 answers over both families and at its own address with one serial, which is that late, the other two
// sites with another. The lag begins with the first sight, which comes with the first round after the update.
func (a anycast) checkZones(t *testing.T, r labRound, lhr, others int, lag time.Duration) {
	t.Helper()
	count := map[string]int{}
	for _, line := range r.zones {
		m := lagOf.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("no lag: %s", line)
			continue
		}
		seconds, _ := strconv.ParseFloat(m[1], 64)
		_, rest, _ := strings.Cut(line, ",instance=")
		instance, _, _ := strings.Cut(rest, ",")
		want, late := others, 0.0
		if instance == "LHR1" {
			want, late = lhr, lag.Seconds()
		}
		if seconds < late-1.2 || seconds > late+0.1 || late == 0 && seconds != 0 {
			t.Errorf("%s is %v s late, want about %v: %s", instance, seconds, late, line)
		}
		if !strings.Contains(line, fmt.Sprintf(",refresh_s=3600i,result_code=0i,serial=%di,", want)) || !strings.Contains(line, ",result=success,") ||
			!strings.Contains(line, fmt.Sprintf("nsid=%q", instance)) || !strings.Contains(line, "zone=lab.example ") {
			t.Errorf("want serial %d of %s: %s", want, instance, line)
		}
		count[instance]++
	}
	if want := map[string]int{"LHR1": 3, "ARN1": 1, "YYZ1": 1}; !maps.Equal(count, want) {
		t.Errorf("answers %v, want %v", count, want)
	}
}

// verdicts are those of a round's answers.
func (r labRound) verdicts() (all []string) {
	for _, line := range r.queries {
		_, rest, _ := strings.Cut(line, `,verdict="`)
		v, _, _ := strings.Cut(rest, `"`)
		all = append(all, v)
	}
	return all
}

func (r labRound) checkVerdicts(t *testing.T, want string) {
	t.Helper()
	if got := r.verdicts(); !slices.Equal(got, []string{want, want}) {
		t.Errorf("verdicts %q, want %s: %q", got, want, r.queries)
	}
}

// TestAnycastVerdicts: a vantage point in London, of a cloud in London, Stockholm and Toronto.
func TestAnycastVerdicts(t *testing.T) {
	t.Parallel()
	a := startAnycast(t)
	a.rounds(t, 12).checkVerdicts(t, "near")
	a.tell(t, "withdraw lhr1")
	a.tell(t, "withdraw arn1")
	a.rounds(t, 2).checkVerdicts(t, "far")
	a.tell(t, "announce lhr1")
	a.rounds(t, 2).checkVerdicts(t, "near")
	a.tell(t, "delay lhr1 40ms")
	a.rounds(t, 2).checkVerdicts(t, "near") // as before
	a.rounds(t, 2).checkVerdicts(t, "slow")
	a.tell(t, "delay lhr1 5ms")
	a.rounds(t, 2).checkVerdicts(t, "slow")
	a.rounds(t, 2).checkVerdicts(t, "near")

	const sydney = "[[inputs.dns_anycast.cloud.place]]\n      code = \"LHR\"\n      latitude = -33.87\n      longitude = 151.21\n"
	b := startAnycast(t, "reference =", sydney+"#")
	b.round(t).checkVerdicts(t, "impossible")
}

//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// process is the program in execd mode. What it writes arrives line by line.
type process struct {
	*execdtest.Process
	stdout, stderr <-chan string // closed at the end; nil where the test has the pipe
}

// startExecd runs the program on a configuration. Where stdout or stderr is nil it is collected.
func startExecd(t *testing.T, conf string, stdout, stderr *os.File, flags ...string) *process {
	t.Helper()
	cmd := exec.Command(binary(t), append([]string{"--config", writeFile(t, conf)}, flags...)...)
	return startProcess(t, cmd, stdout, stderr)
}

// startProcess is startExecd of a command that ends up as the program. The files are the command's from here on.
func startProcess(t *testing.T, cmd *exec.Cmd, stdout, stderr *os.File) *process {
	t.Helper()
	p := &process{}
	if stdout == nil {
		stdout, p.stdout = collect(t)
	}
	if stderr == nil {
		stderr, p.stderr = collect(t)
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	var err error
	p.Process, err = execdtest.Start(cmd)
	stdout.Close()
	stderr.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return p
}

// sums are what ends a round, of the plugin itself and of the cloud; the tests look at the lines of queries.
var (
	cloudPoint = regexp.MustCompile(`^dns_anycast_cloud,cloud=\S+ instances=\S+ \d{19}$`)
	sumPoint   = regexp.MustCompile(cloudPoint.String() + `|^dns_anycast_internal,config=\S+ discarded=\S+ \d{19}$`)
)

// collect returns a pipe's end to write to and the lines that come out of it, but for the sums. A last line
// without its end is marked.
func collect(t *testing.T) (*os.File, <-chan string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1<<16)
	go func() {
		defer r.Close()
		defer close(lines)
		for b := bufio.NewReader(r); ; {
			line, err := b.ReadString('\n')
			if err == nil {
				if line = strings.TrimSuffix(line, "\n"); !sumPoint.MatchString(line) {
					lines <- line
				}
				continue
			}
			if line != "" {
				lines <- "UNFINISHED: " + line
			}
			return
		}
	}()
	return w, lines
}

func (p *process) write(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(p.In, text); err != nil {
		t.Fatal(err)
	}
}

// next returns the next line, which must come soon.
func next(t *testing.T, lines <-chan string) string {
	t.Helper()
	select {
	case line, ok := <-lines:
		if ok {
			return line
		}
		t.Fatal("the process ended")
	case <-time.After(soon):
		t.Fatal("nothing came")
	}
	return ""
}

// quiet fails when a line comes, or the process ends, within d.
func (p *process) quiet(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case line := <-p.stdout:
		t.Errorf("wrote %q, want silence", line)
	case line := <-p.stderr:
		t.Errorf("said %q, want silence", line)
	case <-p.Ended:
		t.Error("the process ended")
	case <-time.After(d):
	}
}

// end waits for the process to end with status 0 within limit and returns what it wrote to stdout since.
func (p *process) end(t *testing.T, limit time.Duration) []string {
	t.Helper()
	began := time.Now()
	select {
	case <-p.Ended:
	case <-time.After(limit + 5*time.Second):
		t.Fatal("it does not end")
	}
	if took := time.Since(began); took > limit {
		t.Errorf("it ended after %v, want at most %v", took, limit)
	}
	if !p.Cmd.ProcessState.Success() {
		t.Errorf("it ended with %v, want status 0", p.Cmd.ProcessState)
	}
	if p.stdout == nil {
		return nil
	}
	return rest(p.stdout)
}

func rest(lines <-chan string) []string {
	all := []string{}
	for line := range lines {
		all = append(all, line)
	}
	return all
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

var wholeLine = regexp.MustCompile(`^dns_anycast,address=\S+,.*server=\S+,transport=(udp|tcp) .*result_code=\d+i\S* \d{19}$`)

// checkServers checks that lines are points, whole, of these servers in any order.
func checkServers(t *testing.T, lines []string, want ...netip.AddrPort) {
	t.Helper()
	var got, wanted []string
	for _, line := range lines {
		if !wholeLine.MatchString(line) {
			t.Errorf("%q is no whole line", line)
			continue
		}
		_, server, _ := strings.Cut(line, ",server=")
		server, _, _ = strings.Cut(server, ",")
		got = append(got, server)
	}
	for _, s := range want {
		wanted = append(wanted, s.String())
	}
	slices.Sort(got)
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		t.Errorf("points of %q, want %q", got, wanted)
	}
}

// asking is a file with a cloud of servers.
func asking(timeout string, servers ...netip.AddrPort) string {
	list := make([]string, len(servers))
	for i, s := range servers {
		list[i] = fmt.Sprintf("%q", s)
	}
	return strings.Replace(withServers(strings.Join(list, ", ")), blockLine, blockLine+"timeout = \""+timeout+"\"\n", 1)
}

// counted counts the queries that h gets.
func counted(n *atomic.Int64, h dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) {
		n.Add(1)
		h(q)
	}
}

// announced sends a value for each query that h gets, and waits until it is taken.
func announced(t *testing.T, came chan<- struct{}, h dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) {
		select {
		case came <- struct{}{}:
		case <-t.Context().Done():
		}
		h(q)
	}
}

// held lets h have each query once it gets a value.
func held(t *testing.T, release <-chan struct{}, h dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) {
		select {
		case <-release:
		case <-t.Context().Done():
		}
		h(q)
	}
}

// soon bounds every wait for what must come.
const soon = 10 * time.Second

// startHeld starts the command with one server, in the midst of its first round: each query is answered once release says
// so.
func startHeld(t *testing.T, args ...string) (p *process, server netip.AddrPort, release chan struct{}) {
	t.Helper()
	came, release := make(chan struct{}, 10), make(chan struct{})
	server = serve(t, "127.0.0.1:0", announced(t, came, held(t, release, named("lhr1"))))
	p = startExecd(t, asking("20s", server), nil, nil, args...)
	p.write(t, "\n")
	awaitQuery(t, came)
	return p, server, release
}

func awaitQuery[T any](t *testing.T, came <-chan T) (query T) {
	t.Helper()
	select {
	case query = <-came:
	case <-time.After(soon):
		t.Fatal("no query came")
	}
	return query
}

func allowAnswer(t *testing.T, release chan<- struct{}) {
	t.Helper()
	select {
	case release <- struct{}{}:
	case <-time.After(soon):
		t.Fatal("no query waits for its answer")
	}
}

func TestExecdQuietUntilAsked(t *testing.T) {
	t.Parallel()
	var queries atomic.Int64
	server := serve(t, "127.0.0.1:0", counted(&queries, named("lhr1")))
	p := startExecd(t, asking("2s", server), nil, nil, "--poll_interval_disabled")
	p.quiet(t, 500*time.Millisecond)
	for round := range int64(3) {
		p.write(t, "\n")
		checkServers(t, []string{next(t, p.stdout)}, server)
		p.quiet(t, 200*time.Millisecond)
		if n := queries.Load(); n != round+1 {
			t.Errorf("%d queries after %d newlines", n, round+1)
		}
	}
	p.In.Close()
	checkServers(t, p.end(t, time.Second))
	if said := rest(p.stderr); len(said) > 0 {
		t.Errorf("said %q", said)
	}
}

// TestExecdJunk: only a newline asks.
func TestExecdJunk(t *testing.T) {
	t.Parallel()
	var queries atomic.Int64
	server := serve(t, "127.0.0.1:0", counted(&queries, named("lhr1")))
	p := startExecd(t, asking("2s", server), nil, nil)
	p.write(t, "gather\r\x00\xff"+strings.Repeat("x", 1<<17))
	p.quiet(t, 300*time.Millisecond)
	p.write(t, "\r\n")
	checkServers(t, []string{next(t, p.stdout)}, server)
	p.write(t, "junk")
	p.In.Close()
	checkServers(t, p.end(t, time.Second))
	if n := queries.Load(); n != 1 {
		t.Errorf("%d queries, want 1", n)
	}
}

// TestExecdPrintf: printf '\n' | telegraf-dns-anycast --config f
func TestExecdPrintf(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	file := writeFile(t, asking("2s", server))
	for _, test := range []struct {
		stdin  string
		rounds int
	}{{"", 0}, {"\n", 1}, {"\n", 1}, {"\n", 1}, {"x\n", 1}, {"\n\n", 2}, {"\n\n", 2}} {
		got := runCommand(t, test.stdin, "--config", file)
		warnings := strings.Count(got.stderr, "W! ")
		if got.status != statusOK || strings.Count(got.stderr, "\n") != warnings || warnings > max(0, test.rounds-1) {
			t.Errorf("%q: %s, want status 0 and a warning at most", test.stdin, got)
		}
		lines := strings.FieldsFunc(got.stdout, func(r rune) bool { return r == '\n' })
		queries := slices.DeleteFunc(slices.Clone(lines), sumPoint.MatchString)
		checkServers(t, queries, slices.Repeat([]netip.AddrPort{server}, test.rounds)...)
		if n := len(lines) - len(queries); n != 2*test.rounds {
			t.Errorf("%q: %d points of the plugin itself and the cloud, want %d", test.stdin, n, 2*test.rounds)
		}
	}
}

// TestExecdCoalesces: newlines that come while a round runs are one more round and one warning.
func TestExecdCoalesces(t *testing.T) {
	t.Parallel()
	came, release := make(chan struct{}), make(chan struct{})
	server := serve(t, "127.0.0.1:0", announced(t, came, held(t, release, named("lhr1"))))
	p := startExecd(t, asking("20s", server), nil, nil)
	p.write(t, "\n")
	awaitQuery(t, came)
	p.write(t, strings.Repeat("\n", 20))
	if said := next(t, p.stderr); !strings.HasPrefix(said, "W! ") || !strings.Contains(said, "longer") {
		t.Errorf("said %q, want a warning that rounds take longer than they are asked for", said)
	}
	p.quiet(t, 200*time.Millisecond)
	allowAnswer(t, release)
	checkServers(t, []string{next(t, p.stdout)}, server)
	awaitQuery(t, came)
	p.write(t, "\n\n") // late again, within the same minute
	p.quiet(t, 200*time.Millisecond)
	allowAnswer(t, release)
	checkServers(t, []string{next(t, p.stdout)}, server)
	awaitQuery(t, came)
	allowAnswer(t, release)
	checkServers(t, []string{next(t, p.stdout)}, server)
	p.quiet(t, 300*time.Millisecond)
}

// TestExecdAsksAtOnce: who asks again the moment that the last line has been read is not told to be early, and gets each
// round that was asked for: the last line is there to be read before its writer is back.
func TestExecdAsksAtOnce(t *testing.T) {
	t.Parallel()
	for asked, warnings := range map[string]int{"\n": 0, "\n\n": 1} {
		t.Run(fmt.Sprintf("%q", asked), func(t *testing.T) { t.Parallel(); askAtOnce(t, asked, warnings) })
	}
}

func askAtOnce(t *testing.T, asked string, warnings int) {
	conf := strings.Replace(asking("2s", serve(t, "127.0.0.1:0", named("lhr1"))), blockLine, blockLine+"spread = \"0s\"\n", 1)
	stdout, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	stdout.SetReadDeadline(time.Now().Add(6 * soon)) // a round that was left out never comes
	p := startExecd(t, conf, w, nil)
	lines := bufio.NewScanner(stdout)
	for range 500 {
		p.write(t, asked)
		for left := len(asked); left > 0; {
			if !lines.Scan() {
				t.Fatalf("a round is missing: %v", lines.Err())
			}
			if strings.Contains(lines.Text(), "rounds_coalesced=") && !strings.Contains(lines.Text(), "rounds_coalesced=0i") {
				t.Errorf("a round was left out: %s", lines.Text())
			}
			if cloudPoint.MatchString(lines.Text()) {
				left--
			}
		}
	}
	p.In.Close()
	p.end(t, time.Second)
	if lines.Scan() {
		t.Errorf("one line more: %s", lines.Text())
	}
	if said := rest(p.stderr); len(said) > warnings {
		t.Errorf("said %q", said)
	}
}

func TestExecdPolls(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	p := startExecd(t, asking("2s", server), nil, nil, "--poll_interval", "500ms")
	for range 3 {
		checkServers(t, []string{next(t, p.stdout)}, server)
	}
	p.In.Close()
	for _, line := range p.end(t, time.Second) {
		checkServers(t, []string{line}, server)
	}
	if said := rest(p.stderr); len(said) > 0 {
		t.Errorf("said %q", said)
	}
}

// TestExecdPollsTooOften: rounds that take longer than the interval are told once.
func TestExecdPollsTooOften(t *testing.T) {
	t.Parallel()
	p := startExecd(t, asking("350ms", serve(t, "127.0.0.1:0", silence)), nil, nil, "--poll_interval", "100ms")
	for range 2 {
		next(t, p.stdout)
	}
	p.signal(t, syscall.SIGTERM)
	p.end(t, time.Second)
	if said := rest(p.stderr); len(said) != 1 || !strings.HasPrefix(said[0], "W! ") {
		t.Errorf("said %q, want one warning", said)
	}
}

// TestExecdPollInterval: the first round comes after one interval, a newline asks beside it, and disabled means off.
func TestExecdPollInterval(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	polled := startExecd(t, asking("2s", server), nil, nil, "--poll_interval", "1m")
	off := startExecd(t, asking("2s", server), nil, nil, "--poll_interval", "100ms", "--poll_interval_disabled")
	off.quiet(t, 400*time.Millisecond)
	for _, p := range []*process{polled, off} {
		p.write(t, "\n")
		checkServers(t, []string{next(t, p.stdout)}, server)
		p.quiet(t, 100*time.Millisecond)
	}
}

// TestExecdFinishes: EOF in the middle of a round lets it end, and the one that was asked for meanwhile.
func TestExecdFinishes(t *testing.T) {
	t.Parallel()
	p, server, release := startHeld(t)
	p.write(t, "\n\n")
	p.In.Close()
	next(t, p.stderr)
	p.quiet(t, 300*time.Millisecond)
	close(release)
	checkServers(t, p.end(t, time.Second), server, server)
}

// TestExecdFinishesPolling: no round is asked for after EOF.
func TestExecdFinishesPolling(t *testing.T) {
	t.Parallel()
	p, server, release := startHeld(t, "--poll_interval", "1s")
	p.In.Close()
	p.quiet(t, 1200*time.Millisecond)
	close(release)
	checkServers(t, p.end(t, time.Second), server)
}

// TestExecdFinishesInTime: Telegraf kills what is still there 5 s after it closed stdin.
func TestExecdFinishesInTime(t *testing.T) {
	t.Parallel()
	came := make(chan struct{}, 10)
	answers, silent := serve(t, "127.0.0.1:0", named("lhr1")), serve(t, "127.0.0.1:0", announced(t, came, silence))
	p := startExecd(t, asking("60s", answers, silent), nil, nil)
	p.write(t, "\n\n")
	awaitQuery(t, came)
	p.In.Close()
	checkServers(t, p.end(t, 5*time.Second), answers)
	if len(came) > 0 {
		t.Error("the second round began all the same")
	}
}

func TestExecdSignal(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			for _, flags := range [][]string{nil, {"--poll_interval", "1m"}} {
				server := serve(t, "127.0.0.1:0", named("lhr1"))
				p := startExecd(t, asking("2s", server), nil, nil, flags...)
				p.write(t, "\n")
				checkServers(t, []string{next(t, p.stdout)}, server) // the handler is in place
				p.signal(t, s)
				checkServers(t, p.end(t, time.Second))
			}
		})
	}
}

// inMidRound starts a round that two servers have answered, over UDP and by refusing TCP, and one never will.
func inMidRound(t *testing.T, stdout, stderr *os.File) (p *process, answered []netip.AddrPort) {
	t.Helper()
	came := make(chan struct{}, 10)
	a, b := serve(t, "127.0.0.1:0", announced(t, came, named("lhr1"))), serve(t, "127.0.0.1:0", announced(t, came, named("lhr2")))
	hanging, err := net.Listen("tcp", "127.0.0.1:0") // first: of TCP ports many are taken by connections
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hanging.Close() })
	silent := serve(t, hanging.Addr().String(), announced(t, came, silence))
	conf := asking("30s", a, silent, b)
	p = startExecd(t, strings.Replace(conf, blockLine, blockLine+"transports = [\"udp\", \"tcp\"]\n", 1), stdout, stderr)
	p.write(t, "\n")
	for range 3 {
		awaitQuery(t, came)
	}
	time.Sleep(200 * time.Millisecond) // for the answers to arrive
	return p, []netip.AddrPort{a, a, b, b}
}

// TestExecdSignalInRound: what has its result is written, the rest is dropped.
func TestExecdSignalInRound(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			p, answered := inMidRound(t, nil, nil)
			p.signal(t, s)
			checkServers(t, p.end(t, time.Second), answered...)
			if said := rest(p.stderr); len(said) > 0 {
				t.Errorf("said %q", said)
			}
		})
	}
}

// TestExecdSignalAfterEOF: Telegraf's way to stop what does not end by itself.
func TestExecdSignalAfterEOF(t *testing.T) {
	t.Parallel()
	p, answered := inMidRound(t, nil, nil)
	p.In.Close()
	p.quiet(t, 300*time.Millisecond)
	p.signal(t, syscall.SIGTERM)
	checkServers(t, p.end(t, time.Second), answered...)
}

// brokenPipe is a pipe's end that nobody reads, nor ever will.
func brokenPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	return w
}

func TestExecdStdoutGone(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			p, _ := inMidRound(t, brokenPipe(t), nil)
			p.signal(t, s)
			p.end(t, time.Second)
		})
	}
	t.Run("EOF", func(t *testing.T) {
		t.Parallel()
		p := startExecd(t, asking("300ms", serve(t, "127.0.0.1:0", silence)), brokenPipe(t), nil)
		p.write(t, "\n")
		p.In.Close()
		p.end(t, 2*time.Second)
	})
}

// TestExecdStderrGone: points are worth more than messages.
func TestExecdStderrGone(t *testing.T) {
	t.Parallel()
	t.Run("mid-round", func(t *testing.T) {
		t.Parallel()
		p, answered := inMidRound(t, nil, brokenPipe(t))
		p.write(t, "\n\n") // too early: a warning
		time.Sleep(100 * time.Millisecond)
		p.signal(t, syscall.SIGTERM)
		checkServers(t, p.end(t, time.Second), answered...)
	})
	t.Run("start", func(t *testing.T) {
		t.Parallel()
		server := serve(t, "127.0.0.1:0", named("lhr1"))
		conf := strings.Replace(withServers(`"::1", "`+server.String()+`"`), blockLine, blockLine+"families = [\"ipv4\"]\n", 1)
		p := startExecd(t, conf, nil, brokenPipe(t))
		p.write(t, "\n")
		checkServers(t, []string{next(t, p.stdout)}, server)
		p.In.Close()
		p.end(t, time.Second)
	})
}

// TestExecdStderrFull: who reads the points but not the messages has all points, and an end.
func TestExecdStderrFull(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	w.Write(make([]byte, 64<<10)) // all that a pipe holds
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	p := startExecd(t, asking("2s", server), nil, w, "--log-level", "debug")
	for range 3 * console.MaxQueued { // each round says something
		p.write(t, "\n")
		checkServers(t, []string{next(t, p.stdout)}, server)
	}
	p.signal(t, syscall.SIGTERM)
	p.end(t, time.Second)
}

// blocked starts a round with more points than a pipe holds, all but one of them in at once, on a stdout that is not
// read, and returns when the writer is stuck.
func blocked(t *testing.T) (p *process, stdout *os.File) {
	t.Helper()
	stdout, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdout.Close() })
	servers := []netip.AddrPort{serve(t, "127.0.0.1:0", silence)}
	for i := range 1000 { // nobody is there: port unreachable
		servers = append(servers, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 7, byte(i >> 8), byte(i)}), 9))
	}
	// A copy that no process of another test inherits, or stdout would not end with this one.
	probe, err := unix.FcntlInt(w.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(probe)
	p = startExecd(t, asking("30s", servers...), w, nil)
	p.write(t, "\n")
	for deadline := time.Now().Add(10 * time.Second); writable(t, probe); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the pipe does not fill")
		}
	}
	time.Sleep(time.Second) // the rest is in as well, also on a busy machine
	return p, stdout
}

func writable(t *testing.T, fd int) bool {
	t.Helper()
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, 0)
	if err != nil && err != unix.EINTR {
		t.Fatal(err)
	}
	return n > 0
}

// TestExecdStdoutFull: a writer that is stuck keeps nobody from stopping the program.
func TestExecdStdoutFull(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			p, stdout := blocked(t)
			p.signal(t, s)
			p.end(t, time.Second)
			written, err := io.ReadAll(stdout)
			if err != nil {
				t.Fatal(err)
			}
			lines := bytes.Split(written, []byte("\n"))
			for _, line := range lines[:len(lines)-1] { // the pipe took a part of the last
				if !wholeLine.Match(line) {
					t.Errorf("%q is no whole line", line)
				}
			}
		})
	}
}

// TestExecdStdoutFullReadAgain: a reader gets whole lines in the moment that is left. It is not
// parallel: the moment is short.
func TestExecdStdoutFullReadAgain(t *testing.T) {
	p, stdout := blocked(t)
	p.signal(t, syscall.SIGTERM)
	written, err := io.ReadAll(stdout)
	if err != nil {
		t.Fatal(err)
	}
	p.end(t, time.Second)
	lines := strings.Split(strings.TrimSuffix(string(written), "\n"), "\n")
	for _, line := range lines {
		if !wholeLine.MatchString(line) {
			t.Errorf("%q is no whole line", line)
		}
	}
	if len(lines) != 1000 {
		t.Errorf("%d lines, want 1000", len(lines))
	}
}

package stack

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// composeLimits are the limits on queries that docker-compose.yml gives InfluxDB.
func composeLimits(t *testing.T) map[string]string {
	t.Helper()
	var compose struct {
		Services struct {
			InfluxDB struct{ Environment map[string]string }
		}
	}
	stacktest.Decode(t, "docker-compose.yml", &compose, false)
	limits := map[string]string{}
	for name, value := range compose.Services.InfluxDB.Environment {
		if strings.HasPrefix(name, "INFLUXDB_COORDINATOR_") {
			limits[name] = value
		}
	}
	return limits
}

// InfluxDB understands each of them: its own configuration then has the value.
func TestLimitsAreUnderstood(t *testing.T) {
	t.Parallel()
	skiptest.Program(t, "influxd", "influxdb")
	limits := composeLimits(t)
	if len(limits) != 4 {
		t.Errorf("limits %v", limits)
	}
	for name, value := range limits {
		cmd := exec.Command("influxd", "config", "-config", "/dev/null")
		cmd.Env = append(os.Environ(), name+"="+value)
		option := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "INFLUXDB_COORDINATOR_"), "_", "-"))
		if d, err := time.ParseDuration(value); err == nil {
			value = strconv.Quote(d.String())
		}
		if out := stacktest.Succeed(t, cmd); !strings.Contains(out, "\n  "+option+" = "+value+"\n") {
			t.Errorf("%s: influxd has no %s = %s", name, option, value)
		}
	}
}

// What the largest set-up of the pages asks for stays below the limit on points, and what nobody means is above it: the
// continuous query over its seven hours, a value over a day, a value over all that is kept.
func TestLimitsFit(t *testing.T) {
	limit, err := strconv.Atoi(composeLimits(t)["INFLUXDB_COORDINATOR_MAX_SELECT_POINT"])
	if err != nil {
		t.Fatal(err)
	}
	const anHour = 100 * 200 * 360
	schema := stacktest.Read(t, stacktest.Shipped("influxdb/schema.iql"))
	query := schema[strings.Index(schema, "CREATE CONTINUOUS QUERY"):]
	hours := regexp.MustCompile(`FOR (\d+)h`).FindStringSubmatch(query)
	values := len(regexp.MustCompile(`\w\("`).FindAllString(query, -1))
	if hours == nil || values < 8 {
		t.Fatalf("hours %q, %d values in %s", hours, values, query)
	}
	if n := int(float(t, hours[1])) * values * anHour; n > limit/2 {
		t.Errorf("the continuous query reads %d values, of %d", n, limit)
	}
	if day, all := 24*anHour, 90*24*anHour; day > limit/2 || all < limit {
		t.Errorf("a day has %d points and all have %d; the limit is %d", day, all, limit)
	}
}

// The limits do what their names say.
func TestLimitsHold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limits string
		want   []string // one each of queries that are sent at once
	}{
		{"QUERY_TIMEOUT=1s MAX_CONCURRENT_QUERIES=1", []string{"query-timeout limit exceeded", "max-concurrent-queries limit exceeded"}},
		{"MAX_SELECT_POINT=1000", []string{"max-select-point limit exce"}},
	} {
		db := newStack(t)
		db.environment = []string{"INFLUXDB_HTTP_AUTH_ENABLED=false"}
		for limit := range strings.FieldsSeq(c.limits) {
			db.environment = append(db.environment, "INFLUXDB_COORDINATOR_"+limit)
		}
		db.run(t)
		slow := db.slowQuery(t)
		answers := make(chan error)
		for range c.want {
			go func() {
				_, err := db.try("admin", slow)
				answers <- err
			}()
		}
		var got []string
		for range c.want {
			got = append(got, fmt.Sprint(<-answers))
		}
		for _, want := range c.want {
			if !strings.Contains(strings.Join(got, "\n"), want) {
				t.Errorf("%s: answers %.200q, want one with %q", c.limits, got, want)
			}
		}
	}
}

// slowQuery stores points and returns a query that takes seconds over them: InfluxDB counts points once a second.
func (db *stack) slowQuery(t *testing.T) string {
	t.Helper()
	db.query(t, `CREATE DATABASE "telegraf"`)
	at := time.Now().Add(-time.Hour).UnixMilli()
	for batch := range int64(10) {
		var lines []string
		for i := range int64(20_000) {
			lines = append(lines, fmt.Sprintf("dns_anycast,host=one query_time_ms=%d %d", i%100, at+batch*20_000+i))
		}
		if code := db.writeAs(t, "admin", "telegraf", lines...); code != 204 {
			t.Fatalf("InfluxDB answers %d", code)
		}
	}
	var shares []string
	for n := range 40 {
		shares = append(shares, fmt.Sprintf(`percentile("query_time_ms", %d)`, n+1))
	}
	return "SELECT " + strings.Join(shares, ", ") + ` FROM "dns_anycast"`
}

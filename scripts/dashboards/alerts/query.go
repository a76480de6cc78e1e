package alerts

import (
	"fmt"
	"strings"
	"time"
)

// Windows. Rounds take a minute at most, so that each holds two of them or more.
const (
	lately  = 2 * time.Minute  // what holds now
	shortly = 5 * time.Minute  // what must have happened several times, or may pause
	awhile  = 10 * time.Minute // machines that share a name take turns
	moving  = 15 * time.Minute // what belongs to one shift
	day     = 24 * time.Hour
)

// Limits that more than one rule has.
const (
	majority   = 0.51  // of the vantage points that asked
	nearly     = 0.001 // limits are reached, not passed: what is compared with them has two decimals
	impossible = 3     // the verdict_code
)

// Names of tags, as queries group by them.
const (
	address = `"cloud", "server", "address", "family"`
	atZone  = `"zone", ` + address
)

var addressLabels = []string{"cloud", "server", "address", "family"}

// fill makes one line of a query and puts limits and tags in place of {names}.
func fill(query string, parts ...any) string {
	known := []string{
		"{address}", address, "{zone}", atZone, "{recent}", since(lately), "{short}", since(shortly),
		"{asked}", `"result" != 'local' AND "result" != 'unresolved'`,
		"{served}", `"cloud" != 'reference'`, "{success}", `"result" = 'success'`,
		"{majority}", number(majority - nearly), "{impossible}", fmt.Sprint(impossible),
	}
	for i := 0; i < len(parts); i += 2 {
		known = append(known, "{"+parts[i].(string)+"}", text(parts[i+1]))
	}
	line := strings.Join(strings.Fields(strings.NewReplacer(known...).Replace(query)), " ")
	if strings.ContainsAny(line, "{}") {
		panic("a part without a value: " + line)
	}
	return strings.NewReplacer("( ", "(", " )", ")").Replace(line)
}

func text(part any) string {
	switch p := part.(type) {
	case string:
		return p
	case time.Duration:
		return since(p)
	case float64:
		return number(p)
	}
	return fmt.Sprint(part)
}

// since is the condition for a time that ends now, where it is not the rule's own window.
func since(d time.Duration) string { return "time > now() - " + duration(d) }

func number(f float64) string { return strings.TrimRight(fmt.Sprintf("%.3f", f), "0") }

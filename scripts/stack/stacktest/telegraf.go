package stacktest

import (
	"regexp"
	"strings"
	"testing"
)

// telegrafs are the points of Telegraf's own inputs, as far as telegraf.conf takes them: the fields that it includes.
func telegrafs(t *testing.T) map[string]point {
	t.Helper()
	text := Read(t, Shipped("telegraf.conf"))
	fields := func(input string) (names []string) {
		block := Between(t, text, "[[inputs."+input+"]]\n", "\n\n")
		list := Between(t, block, "fieldinclude = [", "]")
		for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(list, -1) {
			names = append(names, m[1])
		}
		return names
	}
	return map[string]point{
		"internal_write": {Tags: []string{"host", "output"}, Fields: fields("internal")},
		"chrony":         {Tags: []string{"host"}, Fields: fields("chrony")},
	}
}

// WithChrony is a telegraf.conf whose lines about chrony are no comments.
func WithChrony(t *testing.T, conf string) string {
	t.Helper()
	block := "# [[inputs.chrony]]\n" + Between(t, conf, "# [[inputs.chrony]]\n", "\n\n")
	return strings.Replace(conf, block, regexp.MustCompile(`(?m)^# ?`).ReplaceAllString(block, ""), 1)
}

// Internal are the lines of telegraf.conf about its own outputs, for a point a second.
func Internal(t *testing.T) string {
	t.Helper()
	block := Between(t, Read(t, Shipped("telegraf.conf")), "[[inputs.internal]]\n", "\n\n")
	return "[[inputs.internal]]\n" + strings.Replace(block, `interval = "1m"`, `interval = "1s"`, 1) + "\n"
}

package main

import (
	"fmt"
	"os"
	"strings"
)

// config is the plugin.conf of the clouds.
func config(n *network) string {
	var b strings.Builder
	b.WriteString("[[inputs.dns_anycast]]\n  timeout = \"500ms\"\n")
	for _, c := range n.clouds {
		fmt.Fprintf(&b, `
  [[inputs.dns_anycast.cloud]]
    name = "%s"
    servers = ["%s"]
    site = '%s'
    [inputs.dns_anycast.cloud.tags]
      operator = "%s"
`, c.name, strings.Join(c.servers(), `", "`), c.rule, c.operator)
	}
	return b.String()
}

// writeConfig writes it to a temporary file.
func writeConfig(n *network) (path string, err error) {
	f, err := os.CreateTemp("", "plugin-*.conf")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(config(n))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return f.Name(), err
}

package dns_anycast

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var plainLabel = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// label is the name that Telegraf's outputs for Prometheus give to a tag; empty: they drop it. As
// SanitizeLabelName of Telegraf 1.39.3 does it; with name_sanitization = "utf8" all names stay.
func label(tag string) string {
	if plainLabel.MatchString(tag) {
		return tag
	}
	var name strings.Builder
	for i, r := range tag {
		switch {
		case plainLabel.MatchString(string(r)) || i > 0 && r >= '0' && r <= '9':
			name.WriteRune(r)
		case i > 0:
			name.WriteByte('_')
		}
	}
	return strings.Trim(name.String(), "_")
}

// checkLabel refuses a tag that Prometheus would refuse, with all points that bear it, or mix up
// with another. labels has the tags of the cloud before it, by label.
func checkLabel(tag string, labels map[string]string) error {
	name := label(tag)
	other, taken := labels[name]
	problem := ""
	switch {
	case strings.HasPrefix(tag, "__"):
		return errors.New("begins with __, which Prometheus keeps for itself; it would refuse the " +
			"points: choose another")
	case name == "le" || name == "quantile":
		problem = "which keeps it for histograms and summaries: choose another"
	case reserved(name):
		problem = "a name of this plugin's or of Telegraf's own: choose another"
	case taken && name != "":
		problem = fmt.Sprintf("and so is the tag %q: rename one of them", other)
	}
	if problem != "" {
		return fmt.Errorf("is the label %s to Prometheus, %s", name, problem)
	}
	labels[name] = tag
	return nil
}

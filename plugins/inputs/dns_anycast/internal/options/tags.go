package options

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// checkTags refuses what would change the meaning of a point, or break its line.
func checkTags(tags map[string]string) error {
	labels := map[string]string{} // the tag of each
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		if err := checkTag(k, tags[k], labels); err != nil {
			return At(Step{Key: "tags"}, At(Step{Key: k}, err))
		}
	}
	return nil
}

func checkTag(key, value string, labels map[string]string) error {
	switch {
	case cloudOption(key):
		return errors.New("is an option of the cloud: write it above the line " +
			"[inputs.dns_anycast.cloud.tags], or choose another name for a tag")
	case point.Reserved(key):
		return errors.New("is a name of this plugin's or of Telegraf's own: choose another")
	}
	return cmp.Or(point.CheckText(key), checkLabel(key, labels), point.CheckText(value))
}

// newOptions are new since 0.1.0. A tag of a cloud may have such a name, so that a file that was
// accepted stays so.
var newOptions = []string{"atlas", "nameserver"}

// cloudOption reports whether a key below the cloud's tags was meant for the cloud itself.
func cloudOption(key string) bool {
	if slices.Contains(newOptions, key) {
		return false
	}
	fields := reflect.VisibleFields(reflect.TypeFor[Cloud]())
	return slices.ContainsFunc(fields, func(f reflect.StructField) bool {
		return key != "" && f.Tag.Get("toml") == key
	})
}

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
	case point.Reserved(name):
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

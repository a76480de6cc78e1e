package dns_anycast

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxTimeout = time.Minute
	maxSpread  = time.Minute
	maxQueries = 10
	maxConfirm = 100
)

// CheckOptions checks all but the clouds, as Init does: who fills the options from two places can tell whose fault it
// is. Errors begin with the option.
func (d *DNSAnycast) CheckOptions() error {
	if err := oneOf("families", d.Families, "ipv4", "ipv6"); err != nil {
		return err
	}
	if err := oneOf("transports", d.Transports, "udp", "tcp"); err != nil {
		return err
	}
	if err := oneOf("identity_names", d.IdentityNames, "hostname.bind", "id.server"); err != nil {
		return err
	}
	if t := time.Duration(d.Timeout); t < time.Millisecond || t > maxTimeout {
		return fmt.Errorf(`timeout: %s is out of range: write one from "1ms" to "1m"`, t)
	}
	if d.Queries < 1 || d.Queries > maxQueries {
		return fmt.Errorf("queries: %d is out of range: write a number from 1 to %d", d.Queries, maxQueries)
	}
	if s := d.Spread; s != nil && (*s < 0 || time.Duration(*s) > maxSpread) {
		return fmt.Errorf(`spread: %s is out of range: write one from "0s" to "1m"`, time.Duration(*s))
	}
	if d.Confirm < 1 || d.Confirm > maxConfirm {
		return fmt.Errorf("confirm: %d is out of range: write a number from 1 to %d", d.Confirm, maxConfirm)
	}
	if err := d.checkStateFile(); err != nil {
		return err
	}
	if d.MaxInstances < 1 || d.MaxInstances > 1_000_000 {
		return fmt.Errorf("max_instances: %d is out of range: write a number from 1 to 1000000", d.MaxInstances)
	}
	var err error
	if d.here, err = readLocation(d.Location); err != nil {
		return err
	}
	if err := d.Thresholds.check(); err != nil {
		return err
	}
	return d.readSources()
}

// checkStateFile refuses what would replace the configuration, by whatever name.
func (d *DNSAnycast) checkStateFile() error {
	const one = `"/var/lib/telegraf/dns_anycast.state"`
	switch {
	case d.StateFile == "":
		return nil
	case !filepath.IsAbs(d.StateFile):
		return fmt.Errorf("state_file: %q is no absolute path: write one like %s", d.StateFile, one)
	case d.ConfigFile == "":
		return nil
	}
	state, err := os.Stat(d.StateFile)
	if err != nil {
		return nil // it need not exist; what else is wrong with it shows when it is read
	}
	if config, err := os.Stat(d.ConfigFile); err == nil && os.SameFile(state, config) {
		return fmt.Errorf("state_file: %q is the configuration itself, which it would replace: write another path, like %s", d.StateFile, one)
	}
	return nil
}

// oneOf checks a list of words: not empty, none twice, each known.
func oneOf(option string, words []string, known ...string) error {
	if len(words) == 0 {
		return fmt.Errorf("%s: the list is empty: name at least one of %s", option, quoted(known))
	}
	for i, w := range words {
		if !slices.Contains(known, w) {
			return fmt.Errorf("%s[%d]: %q is not one of %s", option, i+1, w, quoted(known))
		}
		if slices.Contains(words[:i], w) {
			return fmt.Errorf("%s[%d]: %q is listed twice", option, i+1, w)
		}
	}
	return nil
}

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = strconv.Quote(w)
	}
	return strings.Join(q, ", ")
}

func (d *DNSAnycast) readSources() error {
	for i, s := range []struct{ option, text string }{{"source_ipv4", d.SourceIPv4}, {"source_ipv6", d.SourceIPv6}} {
		d.sources[i] = netip.Addr{}
		if s.text == "" {
			continue
		}
		a, err := netip.ParseAddr(s.text)
		if err != nil || a.Is6() != (i == 1) || a.Is4In6() || !ofOneHost(a) {
			return fmt.Errorf("%s: %q is no %s address to query from", s.option, s.text, [2]string{"IPv4", "IPv6"}[i])
		}
		if err := checkAddress(a); err != nil {
			return fmt.Errorf("%s: %q %w", s.option, s.text, err)
		}
		d.sources[i] = a
	}
	return nil
}

func checkCloud(c *Cloud) error {
	if !c.adhoc {
		if c.Name == "" {
			return errors.New(".name: is missing: give the cloud a name")
		}
		if err := checkTagText(c.Name); err != nil {
			return fmt.Errorf(".name: %w", err)
		}
		if bare := strings.TrimSpace(c.Name); bare != c.Name {
			return fmt.Errorf(".name: %q has white space around it: write %q", c.Name, bare)
		}
		if c.Name == referenceCloud {
			return fmt.Errorf(".name: %q is the cloud of reference addresses: choose another", c.Name)
		}
		if len(c.Servers) == 0 {
			return errors.New(".servers: is missing: list at least one address or host name")
		}
	}
	if c.IdentityNames != nil {
		if err := oneOf(".identity_names", c.IdentityNames, "hostname.bind", "id.server"); err != nil {
			return err
		}
	}
	return checkTags(c.Tags)
}

// checkTags refuses what would change the meaning of a point, or break its line.
func checkTags(tags map[string]string) error {
	labels := map[string]string{} // the tag of each
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		if cloudOption(k) {
			return fmt.Errorf(".tags.%s: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags], or choose another name for a tag", k)
		}
		if reserved(k) {
			return fmt.Errorf(".tags.%s: is a name of this plugin's or of Telegraf's own: choose another", k)
		}
		if err := checkTagText(k); err != nil {
			return fmt.Errorf(".tags.%q: %w", k, err)
		}
		path := ".tags." + k
		if !bareName.MatchString(k) {
			path = fmt.Sprintf(".tags.%q", k)
		}
		if err := checkLabel(k, labels); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := checkTagText(tags[k]); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// bareName matches a key that TOML takes without quotes.
var bareName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// cloudOption reports whether a key below the cloud's tags was meant for the cloud itself.
func cloudOption(key string) bool {
	return slices.ContainsFunc(reflect.VisibleFields(reflect.TypeFor[Cloud]()), func(f reflect.StructField) bool { return key != "" && f.Tag.Get("toml") == key })
}

// checkTagText accepts what line protocol carries unchanged.
func checkTagText(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("is empty: write some text")
	}
	for _, r := range s {
		if !strconv.IsPrint(r) || r == '\\' || r == '\uFFFD' {
			return fmt.Errorf("%q holds %q: write printable text without a backslash", s, r)
		}
	}
	return nil
}

func siteRule(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf(".site: %w", err)
	}
	if re.NumSubexp() == 0 {
		return nil, fmt.Errorf(`.site: %q has no group: put the site in parentheses, as in '^([a-z]{3})'`, text)
	}
	return re, nil
}

func expectRule(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf(".expect: %w", err)
	}
	re.Longest() // for matchesWhole
	return re, nil
}

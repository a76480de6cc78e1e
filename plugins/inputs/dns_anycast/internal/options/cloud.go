package options

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// readClouds reads all clouds into s. With an error come those before it, and that whose servers
// have it.
func readClouds(s *Settings, clouds []Cloud, configFile string) error {
	files := placeFiles{configFile: configFile, read: map[string]judge.Table{}}
	first := map[string]int{} // the index of each name
	for i := range clouds {
		o := &clouds[i]
		if n, twice := first[o.Name]; twice {
			return inCloud(i, o, At(Step{Key: "name"},
				fmt.Errorf("cloud[%d] has the same name: give each cloud a name of its own", n+1)))
		}
		first[o.Name] = i
		c, err := readCloud(o, s, &files)
		if err != nil {
			return inCloud(i, o, err)
		}
		list, err := readServers(o, s.Families)
		c.Servers = list.servers
		s.Clouds, s.LeftOut = append(s.Clouds, c), append(s.LeftOut, list.leftOut...)
		if err != nil {
			return inCloud(i, o, err)
		}
	}
	return nil
}

// inCloud puts the cloud before the path of an error. The command line has none.
func inCloud(i int, o *Cloud, err error) error {
	if o.adhoc {
		return err
	}
	return At(Step{Key: "cloud", Index: i + 1, Name: o.Name}, err)
}

// readCloud reads all of a cloud but its servers and references. What it leaves out is as the
// plugin has it.
func readCloud(o *Cloud, plugin *Settings, files *placeFiles) (c CloudSettings, err error) {
	if err := cmp.Or(checkName(o), checkServers(o)); err != nil {
		return c, err
	}
	c.Name, c.Tags, c.Atlas = o.Name, o.Tags, o.Atlas
	if c.Names, err = readNames(o.IdentityNames, plugin.names); err != nil {
		return c, err
	}
	if err := checkTags(o.Tags); err != nil {
		return c, err
	}
	if c.Site, err = readSite(o.Site); err != nil {
		return c, At(Step{Key: "site"}, err)
	}
	if c.Expect, err = readExpect(o.Expect); err != nil {
		return c, At(Step{Key: "expect"}, err)
	}
	if c.Zones, err = readZones(o.Zones); err != nil {
		return c, err
	}
	if c.Locations, err = readLocations(o, files); err != nil {
		return c, err
	}
	c.Thresholds, err = readThresholds(&o.Thresholds, plugin.thresholds)
	return c, err
}

func checkName(o *Cloud) error {
	err := point.CheckText(o.Name)
	bare := strings.TrimSpace(o.Name)
	switch {
	case o.adhoc:
		return nil
	case o.Name == "":
		err = errors.New("is missing: give the cloud a name")
	case err != nil:
	case bare != o.Name:
		err = fmt.Errorf("%q has white space around it: write %q", o.Name, bare)
	case o.Name == point.CloudReference:
		err = fmt.Errorf("%q is the cloud of reference addresses: choose another", o.Name)
	}
	return At(Step{Key: "name"}, err)
}

// readNames returns the cloud's own identity names, or the plugin's where it has none.
func readNames(own, plugin []string) ([]string, error) {
	if own == nil {
		return plugin, nil
	}
	return own, checkIdentityNames(own)
}

// readSite compiles the rule that finds the site in an identity.
func readSite(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	rule, err := regexp.Compile(text)
	if err == nil && rule.NumSubexp() == 0 {
		err = fmt.Errorf(`%q has no group: put the site in parentheses, as in '^([a-z]{3})'`, text)
	}
	return rule, err
}

// readExpect compiles the rule that expected identities match.
func readExpect(text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	rule, err := regexp.Compile(text)
	if err == nil {
		rule.Longest() // for matchesWhole
	}
	return rule, err
}

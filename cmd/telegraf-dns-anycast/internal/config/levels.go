package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// emptyAllowed are options of text that may be empty, as a place's name, or must not be left out
// either, which Init says. Any other would be switched off in silence where a variable happened
// to be empty.
var emptyAllowed = []string{"name", "code"}

// optionsOf are the fields of a struct that are options, as reflect has them: through embedded
// structs.
func optionsOf(of reflect.Type) map[string][]int {
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(of) {
		if name := f.Tag.Get("toml"); name != "" && name != "-" {
			fields[name] = f.Index
		}
	}
	return fields
}

// level is a kind of table in the file.
type level struct {
	of    reflect.Type
	head  string // how one begins
	where string // its options stand
}

var levels = []level{
	{
		reflect.TypeFor[dns_anycast.Options](), "[[inputs.dns_anycast]]",
		"in the [[inputs.dns_anycast]] block, above its first cloud",
	},
	{
		reflect.TypeFor[dns_anycast.Atlas](), "[inputs.dns_anycast.atlas]",
		"in the [inputs.dns_anycast.atlas] table",
	},
	{
		reflect.TypeFor[dns_anycast.Cloud](), "[[inputs.dns_anycast.cloud]]",
		"in an [[inputs.dns_anycast.cloud]] block",
	},
	{
		reflect.TypeFor[dns_anycast.NameServer](), "[[inputs.dns_anycast.cloud.nameserver]]",
		"in an [[inputs.dns_anycast.cloud.nameserver]] block",
	},
	{
		reflect.TypeFor[dns_anycast.Place](), "[[inputs.dns_anycast.cloud.place]]",
		"in an [[inputs.dns_anycast.cloud.place]] block",
	},
}

// headOf is the head of the blocks that fill a struct.
func headOf(of reflect.Type) string {
	return levels[slices.IndexFunc(levels, func(l level) bool { return l.of == of })].head
}

// execdOptions are Telegraf's own options of an input, which belong where Telegraf reads them.
var execdOptions = []string{
	"alias", "always_include_global_tags", "always_include_local_tags", "collection_jitter",
	"collection_offset", "data_format", "drop", "fielddrop", "fieldexclude", "fieldinclude",
	"fieldpass", "interval", "log_level", "metricpass", "name_override", "name_prefix",
	"name_suffix", "namedrop", "namedrop_separator", "namepass", "namepass_separator", "pass",
	"precision", "signal", "startup_error_behavior", "tagdrop", "tagexclude", "taginclude",
	"tagpass", "tags", "time_source",
}

// unknownOption says what is wrong with a key that no option of a struct has.
func unknownOption(key string, in reflect.Type) error {
	ofTelegraf := slices.Contains(execdOptions, key)
	if ofTelegraf && (in == levels[0].of || key != "tags") { // a cloud has tags as well
		return errors.New("is an option of Telegraf's: write it in the [[inputs.execd]] block")
	}
	known := slices.Sorted(maps.Keys(optionsOf(in)))
	for _, level := range levels {
		if _, there := optionsOf(level.of)[key]; there && level.of != in {
			return fmt.Errorf("does not belong here: write it %s", level.where)
		}
	}
	if near := Nearest(key, known); near != "" {
		return fmt.Errorf("unknown option: did you mean %s?", near)
	}
	for _, level := range levels {
		if near := Nearest(key, slices.Collect(maps.Keys(optionsOf(level.of)))); near != "" {
			return fmt.Errorf("unknown option: did you mean %s, %s?", near, level.where)
		}
	}
	return fmt.Errorf("unknown option: there are %s", strings.Join(known, ", "))
}

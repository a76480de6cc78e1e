package main

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// decoder fills option structs from what the TOML library parsed.
type decoder struct {
	env lookup
}

// table fills the struct dst, whose options are the fields with a toml tag.
func (dec *decoder) table(path string, src map[string]any, dst reflect.Value) error {
	fields := optionsOf(dst.Type())
	for _, key := range slices.Sorted(maps.Keys(src)) {
		i, known := fields[key]
		if !known {
			return unknownOption(join(path, key), key, dst.Type(), slices.Collect(maps.Keys(fields)))
		}
		option := dst.FieldByIndex(i)
		if err := dec.value(join(path, key), src[key], option); err != nil {
			return err
		}
		if option.Kind() == reflect.String && option.Len() == 0 && !slices.Contains(emptyAllowed, key) {
			return fmt.Errorf("%s: is empty: write a value, or leave the option out", join(path, key))
		}
	}
	return nil
}

// emptyAllowed are options of text that may be empty, as a place's name, or must not be left out either, which Init says.
// Any other would be switched off in silence where a variable happened to be empty.
var emptyAllowed = []string{"name", "code"}

// optionsOf are the fields of a struct that are options, as reflect has them: through embedded structs.
func optionsOf(of reflect.Type) map[string][]int {
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(of) {
		if name := f.Tag.Get("toml"); name != "" && name != "-" {
			fields[name] = f.Index
		}
	}
	return fields
}

// levels are the tables of a file.
var levels = []struct {
	of    reflect.Type
	where string
}{
	{reflect.TypeFor[dns_anycast.DNSAnycast](), "in the [[inputs.dns_anycast]] block, above its first cloud"},
	{reflect.TypeFor[dns_anycast.Cloud](), "in an [[inputs.dns_anycast.cloud]] block"},
	{reflect.TypeFor[dns_anycast.Place](), "in an [[inputs.dns_anycast.cloud.place]] block"},
}

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// join writes a key as TOML does: in quotes where it needs them.
func join(path, key string) string {
	if !bareKey.MatchString(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// execdOptions are Telegraf's own options of an input, which belong where Telegraf reads them.
var execdOptions = []string{
	"alias", "always_include_global_tags", "always_include_local_tags", "collection_jitter", "collection_offset",
	"data_format", "drop", "fielddrop", "fieldexclude", "fieldinclude", "fieldpass", "interval", "log_level", "metricpass",
	"name_override", "name_prefix", "name_suffix", "namedrop", "namedrop_separator", "namepass", "namepass_separator",
	"pass", "precision", "signal", "startup_error_behavior", "tagdrop", "tagexclude", "taginclude", "tagpass", "tags",
	"time_source",
}

func unknownOption(path, key string, in reflect.Type, known []string) error {
	if slices.Contains(execdOptions, key) && (path == key || key != "tags") { // a cloud has tags as well
		return fmt.Errorf("%s: is an option of Telegraf's: write it in the [[inputs.execd]] block", path)
	}
	for _, level := range levels {
		if _, there := optionsOf(level.of)[key]; there && level.of != in {
			return fmt.Errorf("%s: does not belong here: write it %s", path, level.where)
		}
	}
	if near := nearest(key, known); near != "" {
		return fmt.Errorf("%s: unknown option: did you mean %s?", path, near)
	}
	for _, level := range levels {
		if near := nearest(key, slices.Collect(maps.Keys(optionsOf(level.of)))); near != "" {
			return fmt.Errorf("%s: unknown option: did you mean %s, %s?", path, near, level.where)
		}
	}
	slices.Sort(known)
	return fmt.Errorf("%s: unknown option: there are %s", path, strings.Join(known, ", "))
}

// value fills one option.
func (dec *decoder) value(path string, src any, dst reflect.Value) error {
	if t, ok := dst.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return dec.text(path, src, t)
	}
	switch dst.Kind() {
	case reflect.Pointer: // an option that may be absent
		dst.Set(reflect.New(dst.Type().Elem()))
		return dec.value(path, src, dst.Elem())
	case reflect.Float64:
		switch n := src.(type) {
		case float64:
			dst.SetFloat(n)
		case int64:
			dst.SetFloat(float64(n))
		default:
			return wrongType(path, src, "a number, without quotes")
		}
	case reflect.String:
		s, err := dec.str(path, src)
		dst.SetString(s)
		return err
	case reflect.Bool:
		b, ok := src.(bool)
		if !ok {
			return wrongType(path, src, "true or false, without quotes")
		}
		dst.SetBool(b)
	case reflect.Int:
		n, ok := src.(int64)
		if !ok || int64(int(n)) != n {
			return wrongType(path, src, "a whole number, without quotes")
		}
		dst.SetInt(n)
	case reflect.Slice:
		return dec.list(path, src, dst)
	case reflect.Map:
		return dec.stringMap(path, src, dst)
	}
	return nil
}

// text fills an option that has a notation of its own. A number is handed over as written, to be refused there.
func (dec *decoder) text(path string, src any, dst encoding.TextUnmarshaler) error {
	switch src.(type) {
	case int64, float64:
		src = fmt.Sprint(src)
	}
	s, err := dec.str(path, src)
	if err != nil {
		return err
	}
	if err := dst.UnmarshalText([]byte(s)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// list fills a list of strings, for which one string may stand where the option is of zones, or of blocks.
func (dec *decoder) list(path string, src any, dst reflect.Value) error {
	if dst.Type().Elem().Kind() == reflect.Struct {
		return dec.blocks(path, src, dst)
	}
	if s, one := src.(string); one && dst.Type() == reflect.TypeFor[dns_anycast.Zones]() {
		src = []any{s}
	}
	items, ok := src.([]any)
	if !ok && dst.Type() == reflect.TypeFor[dns_anycast.Zones]() {
		return wrongType(path, src, `a string in quotes, or a list of them, as in ["…", "…"]`)
	}
	if !ok {
		return wrongType(path, src, `a list of strings, as in ["…", "…"]`)
	}
	list := reflect.MakeSlice(dst.Type(), len(items), len(items))
	for i, item := range items {
		s, err := dec.str(fmt.Sprintf("%s[%d]", path, i+1), item)
		if err != nil {
			return err
		}
		list.Index(i).SetString(s)
	}
	dst.Set(list)
	return nil
}

// indices is what a path has beyond the names of its tables.
var indices = regexp.MustCompile(`\[\d+\]( ` + quotedName + `)?`)

func (dec *decoder) blocks(path string, src any, dst reflect.Value) error {
	tables, ok := src.([]map[string]any)
	if !ok {
		return wrongType(path, src, fmt.Sprintf("[[inputs.dns_anycast.%s]] blocks, with double brackets", indices.ReplaceAllString(path, "")))
	}
	list := reflect.MakeSlice(dst.Type(), len(tables), len(tables))
	for i, t := range tables {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		if name, err := dec.str("", t["name"]); err == nil && name != "" {
			at += fmt.Sprintf(" %q", name)
		}
		if err := dec.table(at, t, list.Index(i)); err != nil {
			return err
		}
	}
	dst.Set(list)
	return nil
}

func (dec *decoder) stringMap(path string, src any, dst reflect.Value) error {
	if _, list := src.([]map[string]any); list {
		return fmt.Errorf("%s: write [inputs.dns_anycast.cloud.tags], with single brackets", path)
	}
	table, ok := src.(map[string]any)
	if !ok {
		return wrongType(path, src, `a table of strings, as in operator = "…"`)
	}
	m := make(map[string]string, len(table))
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if err := checkTagName(join(path, key), key, table[key]); err != nil {
			return err
		}
		s, err := dec.str(join(path, key), table[key])
		if err != nil {
			return err
		}
		m[key] = s
	}
	dst.Set(reflect.ValueOf(m))
	return nil
}

// checkTagName refuses what was meant for another place.
func checkTagName(path, key string, value any) error {
	_, text := value.(string)
	_, option := optionsOf(reflect.TypeFor[dns_anycast.Cloud]())[key]
	switch {
	case strings.Contains(key, "$"):
		return fmt.Errorf("%s: variables stand in values alone: write the name of the tag itself", path)
	case option && !text:
		return fmt.Errorf("%s: is an option of the cloud: write it above the line [inputs.dns_anycast.cloud.tags]", path)
	}
	return nil
}

func (dec *decoder) str(path string, src any) (string, error) {
	s, ok := src.(string)
	if !ok {
		return "", wrongType(path, src, `a string in quotes`)
	}
	s, err := expand(s, dec.env)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func wrongType(path string, src any, want string) error {
	return fmt.Errorf("%s: is %s: write %s", path, typeName(src), want)
}

func typeName(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case bool:
		return "a truth value"
	case int64:
		return "a whole number"
	case float64:
		return "a number"
	case []any:
		return "a list"
	case time.Time:
		return "a date"
	}
	return "a table"
}

// nearest returns the known word that is at most two letters away from word, else "".
func nearest(word string, known []string) string {
	best, least := "", 3
	for _, k := range slices.Sorted(slices.Values(known)) {
		if n := distance(strings.ToLower(word), k); n < least && n < len(k) {
			best, least = k, n
		}
	}
	return best
}

// distance counts the letters to insert, drop or change (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

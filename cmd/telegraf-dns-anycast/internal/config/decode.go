package config

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// decoder fills option structs from what the TOML library parsed.
type decoder struct {
	env lookup
}

// table fills the struct dst, whose options are the fields with a toml tag.
func (dec *decoder) table(src map[string]any, dst reflect.Value) error {
	fields := optionsOf(dst.Type())
	for _, key := range slices.Sorted(maps.Keys(src)) {
		at := dns_anycast.Step{Key: key}
		i, known := fields[key]
		if !known {
			return dns_anycast.At(at, unknownOption(key, dst.Type()))
		}
		if leftOut(src[key], dec.env) {
			continue
		}
		option := dst.FieldByIndex(i)
		if err := dec.value(at, src[key], option); err != nil {
			return err
		}
		isEmpty := option.Kind() == reflect.String && option.Len() == 0
		if isEmpty && !slices.Contains(emptyAllowed, key) {
			err := errors.New("is empty: write a value, or leave the option out")
			return dns_anycast.At(at, err)
		}
	}
	return nil
}

// value fills the option that stands at a key.
func (dec *decoder) value(at dns_anycast.Step, src any, dst reflect.Value) error {
	if t, ok := dst.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return dns_anycast.At(at, dec.text(src, t))
	}
	switch dst.Kind() {
	case reflect.Pointer: // an option that may be absent
		dst.Set(reflect.New(dst.Type().Elem()))
		return dec.value(at, src, dst.Elem())
	case reflect.Slice:
		return dec.list(at, src, dst)
	case reflect.Map:
		return dns_anycast.At(at, dec.stringMap(src, dst))
	case reflect.Struct:
		return dns_anycast.At(at, dec.single(src, dst))
	}
	return dns_anycast.At(at, dec.scalar(src, dst))
}

// scalar fills an option of one word or number.
func (dec *decoder) scalar(src any, dst reflect.Value) error {
	switch dst.Kind() {
	case reflect.Float64:
		switch n := src.(type) {
		case float64:
			dst.SetFloat(n)
		case int64:
			dst.SetFloat(float64(n))
		default:
			return wrongType(src, "a number, without quotes")
		}
	case reflect.String:
		s, err := dec.str(src)
		dst.SetString(s)
		return err
	case reflect.Bool:
		b, ok := src.(bool)
		if !ok {
			return wrongType(src, "true or false, without quotes")
		}
		dst.SetBool(b)
	case reflect.Int:
		n, ok := src.(int64)
		if !ok || int64(int(n)) != n {
			return wrongType(src, "a whole number, without quotes")
		}
		dst.SetInt(n)
	}
	return nil
}

// text fills an option that has a notation of its own. A number is handed over as written, to be
// refused there.
func (dec *decoder) text(src any, dst encoding.TextUnmarshaler) error {
	switch src.(type) {
	case int64, float64:
		src = fmt.Sprint(src)
	}
	s, err := dec.str(src)
	if err != nil {
		return err
	}
	return dst.UnmarshalText([]byte(s))
}

// single fills a table that stands once.
func (dec *decoder) single(src any, dst reflect.Value) error {
	table, ok := src.(map[string]any)
	if !ok {
		return wrongType(src, headOf(dst.Type())+", with single brackets")
	}
	return dec.table(table, dst)
}

// oneOrMore are lists for which a string may stand.
var oneOrMore = []reflect.Type{reflect.TypeFor[dns_anycast.Zones](), reflect.TypeFor[dns_anycast.Families]()}

// list fills a list of strings, for which one string may stand where the option is one of oneOrMore,
// of numbers, or of blocks.
func (dec *decoder) list(at dns_anycast.Step, src any, dst reflect.Value) error {
	switch dst.Type().Elem().Kind() {
	case reflect.Struct:
		return dec.blocks(at, src, dst)
	case reflect.Int:
		return dec.numbers(at, src, dst)
	}
	orOne := slices.Contains(oneOrMore, dst.Type())
	if s, one := src.(string); one && orOne {
		src = []any{s}
	}
	items, ok := src.([]any)
	if !ok && orOne {
		return dns_anycast.At(at,
			wrongType(src, `a string in quotes, or a list of them, as in ["…", "…"]`))
	}
	if !ok {
		return dns_anycast.At(at, wrongType(src, `a list of strings, as in ["…", "…"]`))
	}
	list := reflect.MakeSlice(dst.Type(), len(items), len(items))
	for i, item := range items {
		s, err := dec.str(item)
		if err != nil {
			at.Index = i + 1
			return dns_anycast.At(at, err)
		}
		list.Index(i).SetString(s)
	}
	dst.Set(list)
	return nil
}

func (dec *decoder) numbers(at dns_anycast.Step, src any, dst reflect.Value) error {
	items, ok := src.([]any)
	if !ok {
		return dns_anycast.At(at, wrongType(src, "a list of whole numbers, as in [1, 2]"))
	}
	list := reflect.MakeSlice(dst.Type(), len(items), len(items))
	for i, item := range items {
		if err := dec.scalar(item, list.Index(i)); err != nil {
			at.Index = i + 1
			return dns_anycast.At(at, err)
		}
	}
	dst.Set(list)
	return nil
}

func (dec *decoder) blocks(at dns_anycast.Step, src any, dst reflect.Value) error {
	tables, ok := src.([]map[string]any)
	if !ok {
		head := headOf(dst.Type().Elem())
		return dns_anycast.At(at, wrongType(src, head+" blocks, with double brackets"))
	}
	list := reflect.MakeSlice(dst.Type(), len(tables), len(tables))
	for i, t := range tables {
		at.Index = i + 1
		at.Name, _ = dec.str(t["name"])
		if err := dec.table(t, list.Index(i)); err != nil {
			return dns_anycast.At(at, err)
		}
	}
	dst.Set(list)
	return nil
}

func (dec *decoder) stringMap(src any, dst reflect.Value) error {
	if _, list := src.([]map[string]any); list {
		return errors.New("write [inputs.dns_anycast.cloud.tags], with single brackets")
	}
	table, ok := src.(map[string]any)
	if !ok {
		return wrongType(src, `a table of strings, as in operator = "…"`)
	}
	m := make(map[string]string, len(table))
	for _, key := range slices.Sorted(maps.Keys(table)) {
		err := checkTagName(key, table[key])
		if err == nil && leftOut(table[key], dec.env) {
			continue
		}
		if err == nil {
			m[key], err = dec.str(table[key])
		}
		if err != nil {
			return dns_anycast.At(dns_anycast.Step{Key: key}, err)
		}
	}
	dst.Set(reflect.ValueOf(m))
	return nil
}

// checkTagName refuses what was meant for another place.
func checkTagName(key string, value any) error {
	_, text := value.(string)
	_, option := optionsOf(reflect.TypeFor[dns_anycast.Cloud]())[key]
	switch {
	case strings.Contains(key, "$"):
		return errors.New("variables stand in values alone: write the name of the tag itself")
	case option && !text:
		return errors.New("is an option of the cloud: write it above the line " +
			"[inputs.dns_anycast.cloud.tags]")
	}
	return nil
}

func (dec *decoder) str(src any) (string, error) {
	s, ok := src.(string)
	if !ok {
		return "", wrongType(src, `a string in quotes`)
	}
	return expand(s, dec.env)
}

func wrongType(src any, want string) error {
	return fmt.Errorf("is %s: write %s", typeName(src), want)
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
	case []map[string]any:
		return "a list of blocks"
	case []any:
		return "a list"
	case time.Time:
		return "a date"
	}
	return "a table"
}

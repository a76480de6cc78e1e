// Package config reads plugin.conf: text becomes options, and whatever it does not understand is
// refused, with the line where it stands and what to write instead.
//
// Reading order: load.go, syntax.go (what is no TOML), decode.go (tables become structs), levels.go
// (which options stand in which table), expand.go (variables in strings), lines.go (where each
// option stands), nearest.go (what was meant).
package config

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// File is a configuration. The zero value is none at all.
type File struct{ name, text string }

// Load reads a file into d, whose values are judged later. Variables are looked up in env, as
// os.LookupEnv does. Errors name the place: the line, and the path of what stands there, indices
// from 1.
func Load(name string, d *dns_anycast.DNSAnycast, env func(string) (string, bool)) (File, error) {
	f := File{name: name}
	bytes, err := read(name)
	if err != nil {
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return f, f.at(fmt.Errorf("cannot be read: %w", err))
	}
	f.text = string(bytes)
	return f, f.at(decode(f.text, d, env))
}

// Place adds to an error about an option where that stands in the file.
func (f File) Place(err error) error { return f.at(atLine(f.text, blockPath, err)) }

// at says in which file an error is, and on which line if that is known.
func (f File) at(err error) error {
	if err == nil {
		return nil
	}
	var at *lineError
	if errors.As(err, &at) {
		return fmt.Errorf("%s:%d: %w", f.name, at.line, at.err)
	}
	return fmt.Errorf("%s: %w", f.name, err)
}

const maxFile = 16 << 20 // bytes; 10,000 servers take 0.6 MB

// read takes no more than a file may hold, and does not wait for a pipe to be opened at its other
// end.
func read(file string) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(text) > maxFile {
		return nil, fmt.Errorf("is larger than %d MiB", maxFile>>20)
	}
	return text, err
}

// decode is Load without the file.
func decode(text string, d *dns_anycast.DNSAnycast, env lookup) error {
	text = strings.TrimPrefix(text, byteOrderMark)
	if err := checkBytes(text); err != nil {
		return err
	}
	var all map[string]any
	if _, err := toml.Decode(text, &all); err != nil {
		return explainSyntax(text, err)
	}
	block, err := onlyBlock(all)
	if err != nil {
		return atLine(text, nil, err)
	}
	err = (&decoder{env}).table(block, reflect.ValueOf(&d.Options).Elem())
	return atLine(text, blockPath, err)
}

const blockName = "[[inputs.dns_anycast]]"

// onlyBlock returns the file's one block.
func onlyBlock(all map[string]any) (map[string]any, error) {
	if err := onlyKey(all, "inputs"); err != nil {
		return nil, err
	}
	inputs, _ := all["inputs"].(map[string]any)
	err := onlyKey(inputs, "dns_anycast")
	if err == nil {
		at := dns_anycast.Step{Key: "dns_anycast"}
		switch blocks := inputs["dns_anycast"].(type) {
		case nil:
			return nil, fmt.Errorf("has no %s block", blockName)
		case []map[string]any:
			if len(blocks) == 1 {
				return blocks[0], nil
			}
			at.Index = 2
			const text = "the file has %d %s blocks: write one, with a cloud block for each cloud"
			err = fmt.Errorf(text, len(blocks), blockName)
		default:
			err = fmt.Errorf("write %s, with double brackets", blockName)
		}
		err = dns_anycast.At(at, err)
	}
	return nil, dns_anycast.At(dns_anycast.Step{Key: "inputs"}, err)
}

// onlyKey refuses what stands beside the way to the block.
func onlyKey(table map[string]any, want string) error {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		at := dns_anycast.Step{Key: key}
		switch {
		case key == want:
		case Nearest(key, []string{want}) != "":
			return dns_anycast.At(at, fmt.Errorf("did you mean %s?", blockName))
		default:
			const text = "does not belong here: the file holds one %s block and nothing else"
			return dns_anycast.At(at, fmt.Errorf(text, blockName))
		}
	}
	return nil
}

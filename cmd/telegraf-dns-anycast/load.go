package main

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

// load reads file into d and refuses whatever it does not understand. Errors name the place: a line where the parser
// knows it, else a path, indices from 1.
func load(file string, d *dns_anycast.DNSAnycast, env func(string) (string, bool)) error {
	text, err := read(file)
	if err != nil {
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return fmt.Errorf("cannot be read: %w", err)
	}
	return decode(string(text), d, env)
}

const maxFile = 16 << 20 // bytes; 10,000 servers take 0.6 MB

// read takes no more than a file may hold, and does not wait for somebody to open the other end of a pipe.
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

// syntaxError is an error of which the TOML library knows the line.
type syntaxError struct {
	line int
	text string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

// in says in which file an error is.
func in(file string, err error) error {
	var syntax *syntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%s:%d: %s", file, syntax.line, syntax.text)
	}
	return fmt.Errorf("%s: %w", file, err)
}

// decode is load without the file.
func decode(text string, d *dns_anycast.DNSAnycast, env func(string) (string, bool)) error {
	var all map[string]any
	if _, err := toml.Decode(text, &all); err != nil {
		return explainSyntax(text, err)
	}
	block, err := onlyBlock(all)
	if err != nil {
		return err
	}
	return (&decoder{env}).table("", block, reflect.ValueOf(d).Elem())
}

// explainSyntax finds the line itself: the library's is one too many where it stumbles over a line's end.
func explainSyntax(text string, err error) error {
	var p toml.ParseError
	if !errors.As(err, &p) {
		return err
	}
	if strings.Contains(p.Message, "invalid escape") {
		p.Message += ": write regular expressions in single quotes"
	}
	start := min(max(p.Position.Start, 0), len(text))
	return &syntaxError{1 + strings.Count(text[:start], "\n"), p.Message}
}

const blockName = "[[inputs.dns_anycast]]"

// onlyBlock returns the file's one block.
func onlyBlock(all map[string]any) (map[string]any, error) {
	if err := onlyKey("", all, "inputs"); err != nil {
		return nil, err
	}
	inputs, _ := all["inputs"].(map[string]any)
	if err := onlyKey("inputs", inputs, "dns_anycast"); err != nil {
		return nil, err
	}
	switch blocks := inputs["dns_anycast"].(type) {
	case nil:
		return nil, fmt.Errorf("has no %s block", blockName)
	case []map[string]any:
		if len(blocks) > 1 {
			return nil, fmt.Errorf("has %d %s blocks: write one, with a cloud block for each cloud", len(blocks), blockName)
		}
		return blocks[0], nil
	}
	return nil, fmt.Errorf("inputs.dns_anycast: write %s, with double brackets", blockName)
}

// onlyKey refuses what stands beside the way to the block.
func onlyKey(path string, table map[string]any, want string) error {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		switch {
		case key == want:
		case nearest(key, []string{want}) != "":
			return fmt.Errorf("%s: did you mean %s?", join(path, key), blockName)
		default:
			return fmt.Errorf("%s: does not belong here: the file holds one %s block and nothing else", join(path, key), blockName)
		}
	}
	return nil
}

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// load reads file into d and refuses whatever it does not understand. Errors name the place: the
// line, and the path of what stands there, indices from 1. The text is for atLine: what d holds is
// judged later.
func load(file string, d *dns_anycast.DNSAnycast, env lookup) (text string, err error) {
	bytes, err := read(file)
	if err != nil {
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	text = string(bytes)
	return text, decode(text, d, env)
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

// in says in which file an error is.
func in(file string, err error) error {
	var at *lineError
	if errors.As(err, &at) {
		return fmt.Errorf("%s:%d: %w", file, at.line, at.err)
	}
	return fmt.Errorf("%s: %w", file, err)
}

// decode is load without the file.
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

const byteOrderMark = "\ufeff" // that a file may begin with

// checkBytes refuses those that no TOML file may hold. The library does so too, but names the place
// of the byte before, or of the string around it.
func checkBytes(text string) error {
	line, column := 1, 0
	for i, r := range text {
		column++
		problem := ""
		switch {
		case r == '\n':
			line, column = line+1, 0
		case i == 0 && strings.Contains(text[:min(len(text), 6)], "\x00"):
			problem = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8"
		case r == '\r' && !strings.HasPrefix(text[i+1:], "\n"):
			problem = fmt.Sprintf("a carriage return without a newline in column %d: end each line with a newline", column)
		case r < ' ' && r != '\t' && r != '\r' || r == 0x7f:
			problem = fmt.Sprintf("TOML files cannot contain control characters: '0x%02x' in column %d: remove it", r, column)
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			problem = fmt.Sprintf("invalid UTF-8 byte: 0x%02x in column %d: save the file as UTF-8", text[i], column)
		}
		if problem != "" {
			return &lineError{line, errors.New(problem)}
		}
	}
	return nil
}

var badEscape = regexp.MustCompile(`^Escaped character '(.+)' is not valid`)

// explainSyntax finds the line itself, as that of the last byte which the library read: the
// library's own is one too many where it stumbles over a line's end. An escape is judged when the
// whole string is read.
func explainSyntax(text string, err error) error {
	var p toml.ParseError
	if !errors.As(err, &p) {
		return err
	}
	if strings.Contains(p.Message, "invalid escape") {
		p.Message += ": write regular expressions in single quotes"
	}
	start := min(max(p.Position.Start, 0), len(text))
	last := min(start+max(p.Position.Len-1, 0), len(text))
	if m := badEscape.FindStringSubmatch(p.Message); m != nil {
		last = start + max(strings.Index(text[start:], m[1]), 0)
	}
	return &lineError{1 + strings.Count(text[:last], "\n"), errors.New(p.Message)}
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
			err = fmt.Errorf("the file has %d %s blocks: write one, with a cloud block for each cloud",
				len(blocks), blockName)
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
		case nearest(key, []string{want}) != "":
			return dns_anycast.At(at, fmt.Errorf("did you mean %s?", blockName))
		default:
			return dns_anycast.At(at, fmt.Errorf("does not belong here: the file holds one %s block "+
				"and nothing else", blockName))
		}
	}
	return nil
}

package dns_anycast

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// What may be wrong with a state file.
var (
	errDamaged = errors.New("is damaged")
	errVersion = errors.New("is of another version of this program")
)

// readState reads what may be replaced, and hands over one target after the other, each for the time
// of the call: all at once they would take more memory than what is made of them. It hands over
// nothing, and returns nothing, where there is no file, or an empty one. After an error none of it
// is to be used.
func readState(path string, target func(*stateEntry)) ([]storedZone, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > stateSize {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, stateSize>>20)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := stateDecoder{json: json.NewDecoder(io.LimitReader(f, stateSize)), target: target}
	var failed *fs.PathError
	switch err := d.decode(); {
	case err == nil:
		return d.zones, nil
	case errors.As(err, &failed):
		return nil, err
	case errors.Is(err, errVersion):
		return nil, fmt.Errorf("%s %w", path, errVersion)
	}
	return nil, fmt.Errorf("%s %w", path, errDamaged)
}

// stateDecoder reads what stateWriter has written.
type stateDecoder struct {
	json   *json.Decoder
	target func(*stateEntry)
	format string
	zones  storedList[storedZone, *storedZone]
}

func (d *stateDecoder) decode() error {
	if err := d.delimiter('{'); err != nil {
		return err
	}
	for d.json.More() {
		key, err := d.json.Token()
		if err == nil {
			err = d.member(key)
		}
		if err != nil {
			return err
		}
	}
	if err := d.delimiter('}'); err != nil {
		return err
	}
	if _, err := d.json.Token(); err != io.EOF {
		return errDamaged
	}
	if d.format == "" {
		return errVersion
	}
	return nil
}

func (d *stateDecoder) member(key json.Token) error {
	switch key {
	case "format":
		if err := d.json.Decode(&d.format); err != nil || d.format != stateFormat {
			return cmp.Or(err, errVersion)
		}
	case "targets":
		return decodeItems(d.json, d.target)
	case "zones": // 0.1.0 reads past them
		return d.json.Decode(&d.zones)
	default:
		var past json.RawMessage
		return d.json.Decode(&past)
	}
	return nil
}

func (d *stateDecoder) delimiter(want json.Delim) error {
	got, err := d.json.Token()
	if err == nil && got != want {
		return errDamaged
	}
	return err
}

// storedItem is what one knows of an item: the most bytes it may take, and whether it may be what
// was written.
type storedItem[T any] interface {
	*T
	size() int
	valid() bool
}

// decodeItems decodes a list item by item, up to the first that is none: a file may hold twenty
// million of three bytes. Each is taken before the next one is decoded in its room.
func decodeItems[T any, P storedItem[T]](dec *json.Decoder, take func(P)) error {
	start, err := dec.Token()
	if err != nil || start == nil { // null: there was nothing
		return err
	}
	if start != json.Delim('[') {
		return errDamaged
	}
	var raw json.RawMessage
	item := P(new(T))
	for dec.More() {
		*item = *new(T)
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		if len(raw) > item.size() || json.Unmarshal(raw, item) != nil || !item.valid() {
			return errDamaged
		}
		take(item)
	}
	_, err = dec.Token()
	return err
}

// storedList is a list within an item.
type storedList[T any, P storedItem[T]] []T

func (l *storedList[T, P]) UnmarshalJSON(b []byte) error {
	return decodeItems(json.NewDecoder(bytes.NewReader(b)), func(item P) { *l = append(*l, *item) })
}

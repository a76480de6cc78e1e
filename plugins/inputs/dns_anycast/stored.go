package dns_anycast

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

const (
	stateKept      = 7 * 24 * time.Hour // of a target that is not asked now, such as a name's former address
	stateSize      = 64 << 20           // bytes; 10,000 targets take 4 MB
	stateEntrySize = 512 << 10          // bytes of one target: twice what 32 names of a kilobyte take
)

var errDamaged = errors.New("is damaged")

// storedList is a list in the state file, decoded item by item up to the first that is none: a file
// may hold twenty million of three bytes.
type storedList[T any, P storedItem[T]] []T

// storedItem is what one knows of an item: the most bytes it may take, and whether it may be what
// was written.
type storedItem[T any] interface {
	*T
	size() int
	valid() bool
}

func (l *storedList[T, P]) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if start, err := dec.Token(); err == nil && start == nil {
		return nil // there was nothing
	} else if err != nil || start != json.Delim('[') {
		return errDamaged
	}
	var raw json.RawMessage
	for dec.More() {
		var item T
		if dec.Decode(&raw) != nil || len(raw) > P(&item).size() ||
			json.Unmarshal(raw, &item) != nil || !P(&item).valid() {
			return errDamaged
		}
		*l = append(*l, item)
	}
	return nil
}

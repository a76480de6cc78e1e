package asn

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/oschwald/maxminddb-golang/v2"
)

// maxProbed is the number of networks that are looked at before a database is believed. Those
// without data count, and those that stand for others: a tree whose branches meet again has more
// of them than anyone can walk.
const maxProbed = 10_000

// separatorSize is the number of zero bytes between the search tree and the data.
const separatorSize = 16

// record is what is read of a network's data.
type record struct {
	Number uint32 `maxminddb:"autonomous_system_number"`
}

// number returns that of the network found; 0: there is none. The error of a number that is no
// unsigned one is a maxminddb.UnmarshalTypeError.
func number(found maxminddb.Result) (uint32, error) {
	var r record
	err := found.Decode(&r)
	return r.Number, err
}

// open takes the bytes of a database, which must not change any more. What it returns an error of
// is the file: "is …".
func open(data []byte) (*maxminddb.Reader, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) { // gzip, RFC 1952, section 2.3.1
		return nil, errors.New("is compressed")
	}
	// No string is ever decoded: a cache for them would stay empty.
	reader, err := maxminddb.OpenBytes(data, maxminddb.DisableStringCache())
	if err != nil || !treeFits(data, &reader.Metadata) {
		return nil, errors.New("is no MaxMind DB, or is cut short")
	}
	return reader, probe(reader)
}

// treeFits reports whether the metadata are of this file: behind the tree there are zeros alone.
func treeFits(data []byte, m *maxminddb.Metadata) bool {
	known := m.RecordSize == 24 || m.RecordSize == 28 || m.RecordSize == 32
	if !known || m.IPVersion != 4 && m.IPVersion != 6 || m.NodeCount > uint(len(data)) {
		return false
	}
	end := uint64(m.NodeCount) * uint64(m.RecordSize/4) // bytes of a node: two records
	if end+separatorSize > uint64(len(data)) {
		return false
	}
	return [separatorSize]byte(data[end:]) == [separatorSize]byte{}
}

// probe looks for a number, and for damage, in the first networks.
func probe(reader *maxminddb.Reader) error {
	probed, numbered := 0, false
	all := reader.Networks(maxminddb.IncludeNetworksWithoutData(), maxminddb.IncludeAliasedNetworks())
	for network := range all {
		n, err := number(network)
		if _, ok := errors.AsType[maxminddb.UnmarshalTypeError](err); err != nil && !ok {
			return fmt.Errorf("is damaged (%w)", err)
		}
		numbered = numbered || n != 0
		if probed++; probed == maxProbed {
			break
		}
	}
	if !numbered {
		return errors.New("has no record with autonomous_system_number as an unsigned number")
	}
	return nil
}

// Package asn says which autonomous system an address belongs to, by a MaxMind DB whose records
// have autonomous_system_number, such as GeoLite2-ASN.mmdb.
package asn

import (
	"net/netip"
	"os"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Database is a file of AS numbers, held in memory. It is for one goroutine at a time.
type Database struct {
	path   string
	reader *maxminddb.Reader
	seen   os.FileInfo // the file that was read last, of use or not; nil: none yet
	fault  string      // why the file could not be read at the last call; empty: it could
}

// Open reads the database at path.
func Open(path string) (*Database, error) {
	d := &Database{path: path}
	if err := d.Refresh(); err != nil {
		return nil, err
	}
	return d, nil
}

// Refresh reads the file again if it has another modification time, size or inode than when it was
// read last. If that fails, the numbers of before stay. The same error of the same file is returned
// once, and what was read and is of no use is not read again before it changes.
func (d *Database) Refresh() error {
	info, err := statFile(d.path)
	if err != nil {
		return d.once(err)
	}
	if d.seen != nil && sameState(d.seen, info) {
		d.fault = ""
		return nil
	}
	data, info, err := readFile(d.path)
	if err != nil {
		return d.once(err)
	}
	d.fault, d.seen = "", info
	reader, err := open(data)
	if err != nil {
		return fileError(d.path, err)
	}
	d.reader = reader
	return nil
}

// once passes on an error that was not the last call's, too.
func (d *Database) once(err error) error {
	if err.Error() == d.fault {
		return nil
	}
	d.fault = err.Error()
	return err
}

// Number returns the AS number of an address, whose zone does not count, and which is IPv4 where it
// is IPv4-mapped. 0: the database has none.
func (d *Database) Number(a netip.Addr) uint32 {
	n, err := number(d.reader.Lookup(a.Unmap()))
	if err != nil { // of a damaged record, or of an IPv6 address that a database of IPv4 cannot have
		return 0
	}
	return n
}

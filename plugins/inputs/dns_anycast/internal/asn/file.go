package asn

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// maxBytes is ten times what databases of the whole internet take.
const maxBytes = 256 << 20

// remedy ends each message about a file that is of no use.
const remedy = "write a MaxMind DB with autonomous_system_number, such as GeoLite2-ASN.mmdb"

func fileError(path string, err error) error { return fmt.Errorf("%s %w: %s", path, err, remedy) }

// statFile is os.Stat for a file that may be read.
func statFile(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, remedy)
	}
	return info, mayRead(path, info)
}

// mayRead lets regular files pass alone: no pipe is to be waited for, and no device has an end.
func mayRead(path string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fileError(path, errors.New("is no regular file"))
	}
	if info.Size() > maxBytes {
		return fileError(path, fmt.Errorf("is larger than %d MiB", maxBytes>>20))
	}
	return nil
}

// readFile reads a file into memory, and says which state of it that was. It is not mapped: a file
// that is cut short in place would end the process by SIGBUS at the next look into the map.
func readFile(path string) ([]byte, os.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	// Before the reading: what is written meanwhile makes another state, to be read next time.
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if err := mayRead(path, info); err != nil {
		return nil, nil, err
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, info, nil
}

func sameState(a, b os.FileInfo) bool {
	return a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && os.SameFile(a, b)
}

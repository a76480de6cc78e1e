package ripeatlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	cursorFormat = "dns_anycast atlas 1"
	cursorSize   = 1 << 20 // bytes of a file at most
)

// cursor is the last window of a measurement that was handed over, as it is kept in a file.
type cursor struct {
	Format      string `json:"format"`
	Measurement int    `json:"measurement"`
	From        int64  `json:"from"` // s since 1970
	To          int64  `json:"to"`   // likewise, where the next one begins
	Results     int    `json:"results"`

	Kept json.RawMessage `json:"kept,omitempty"` // by whom windows are handed over to
}

func cursorFile(folder string, id int) string {
	return filepath.Join(folder, fmt.Sprintf("ripe-atlas-%d.json", id))
}

// readCursor returns the zero value where there is no file, and where the error says that it is of no
// use.
func readCursor(folder string, id int) (c cursor, err error) {
	path := cursorFile(folder, id)
	f, err := openRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, cursorSize))
	if err != nil {
		return c, fmt.Errorf("read %s: %w", path, err)
	}
	if json.Unmarshal(b, &c) != nil || c.Format != cursorFormat || c.Measurement != id || c.To <= c.From || c.From < 0 || c.Results < 0 {
		return cursor{}, fmt.Errorf("%s does not hold the last window of measurement %d", path, id)
	}
	return c, nil
}

// openRegular opens a file that can be read to its end: what waits for a writer, or has no end, is
// none.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	return os.Open(path)
}

func (c cursor) write(folder string) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return replaceFile(cursorFile(folder, c.Measurement), append(b, '\n'))
}

// replaceFile writes a file at once: a reader finds the old content or the new.
func replaceFile(path string, content []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file, and is left alone", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

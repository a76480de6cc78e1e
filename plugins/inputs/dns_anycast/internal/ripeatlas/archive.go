package ripeatlas

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	archiveEvery = 24 * time.Hour // as often as it is made
	archiveName  = "ripe-atlas-probes"
)

// Archive is where it is written where the probes are.
type Archive struct {
	Client *Client
	Source string // a URL, or a file
	Cache  string // folder for what comes from a URL; empty: it is not kept
	ByHand bool   // the file may be a pipe: somebody waits, who can interrupt it
}

// isURL reports whether the source is no file.
func (a *Archive) isURL() bool {
	return strings.HasPrefix(a.Source, "https://") || strings.HasPrefix(a.Source, "http://")
}

// Follow hands the probes over now, and again each day. Until they are there it tries again, which
// is said once. It returns when the context ends.
func (a *Archive) Follow(ctx context.Context, log Log, take func(*observation.Probes)) {
	failing, pause := false, firstPause
	for {
		probes, err := a.Load(ctx)
		if ctx.Err() != nil {
			return
		}
		if probes != nil {
			take(probes)
		}
		wait := archiveEvery
		switch {
		case err == nil:
			if failing {
				log.Infof("RIPE Atlas: probes: %s is read again", a.Source)
			}
			failing, pause = false, firstPause
		default:
			if !failing {
				log.Warnf("RIPE Atlas: probes: %s: %v: trying again", a.Source, err)
			}
			failing, wait, pause = true, max(pause, afterOf(err)), min(2*pause, lastPause)
		}
		if !sleep(ctx, wait) {
			return
		}
	}
}

func afterOf(err error) time.Duration {
	if f := (*Fault)(nil); errors.As(err, &f) {
		return f.After
	}
	return 0
}

// Load returns the probes. With an error they are those of an older archive, or nil.
func (a *Archive) Load(ctx context.Context) (*observation.Probes, error) {
	if !a.isURL() {
		if a.ByHand {
			return readProbeFile(a.Source, os.Open)
		}
		return readProbeFile(a.Source, openRegular)
	}
	if a.Cache == "" {
		var probes *observation.Probes
		err := a.Client.get(ctx, a.Source, func(r io.Reader) (err error) {
			probes, err = ReadProbes(r)
			return err
		})
		if err != nil {
			return nil, err
		}
		return probes, nil
	}
	kept := filepath.Join(a.Cache, archiveName)
	if info, err := os.Stat(kept); err == nil && time.Since(info.ModTime()) < archiveEvery {
		if probes, err := readProbeFile(kept, openRegular); err == nil {
			return probes, nil
		}
	}
	probes, err := a.download(ctx, kept)
	if err != nil {
		old, _ := readProbeFile(kept, openRegular)
		return old, err
	}
	return probes, nil
}

// readProbeFile reads a file whole, or not at all. Whoever tells of the error tells which file it is.
func readProbeFile(path string, open func(string) (*os.File, error)) (*observation.Probes, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	probes, err := ReadProbes(f)
	if err != nil {
		return nil, err
	}
	return probes, nil
}

// download replaces the file once the archive is there and can be read.
func (a *Archive) download(ctx context.Context, kept string) (probes *observation.Probes, err error) {
	if info, err := os.Stat(kept); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file, and is left alone", kept)
	}
	f, err := os.CreateTemp(a.Cache, archiveName+".*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(f.Name(), kept)
		}
		if err != nil {
			probes = nil
			os.Remove(f.Name())
		}
	}()
	err = a.Client.get(ctx, a.Source, func(r io.Reader) error {
		_, err := io.Copy(f, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return ReadProbes(f)
}

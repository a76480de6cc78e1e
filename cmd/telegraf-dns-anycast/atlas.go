package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/rounds"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// fetchTime is how long fetching by hand may take, with all that is tried again.
const fetchTime = 5 * time.Minute

// atlasOptions are what --atlas reads.
type atlasOptions struct {
	file   string // of results; "-": stdin; empty: measurements are fetched
	ids    []int
	probes string // file that says where probes are; empty: as the configuration has it
}

// read takes the flag apart: ids of measurements, or a file.
func (o *atlasOptions) read(text string) error {
	if text == "" {
		return errors.New("--atlas is empty: write a file of results, or ids of measurements")
	}
	if strings.Trim(text, "0123456789,") != "" {
		o.file = text
		return nil
	}
	for one := range strings.SplitSeq(text, ",") {
		id, err := strconv.ParseInt(one, 10, 32)
		if err != nil || id < 1 {
			return fmt.Errorf("--atlas %s: %q is no id of a measurement: write them like 10301,11301", text, one)
		}
		if slices.Contains(o.ids, int(id)) {
			return fmt.Errorf("--atlas %s: %d is listed twice", text, id)
		}
		o.ids = append(o.ids, int(id))
	}
	return nil
}

// printAtlas prints what probes of RIPE Atlas were answered, and returns the exit status.
func printAtlas(d *dns_anycast.DNSAnycast, o options, con *console.Console) int {
	ctx, stop := untilInterrupted()
	defer stop()
	reader, err := d.NewAtlasReader()
	if err != nil {
		return fail(con, err)
	}
	defer reader.Close()
	if err := loadProbes(ctx, reader, o, con); err != nil && ctx.Err() == nil {
		return fail(con, err)
	}
	found, err := readCatchments(ctx, reader, o.atlas)
	switch {
	case ctx.Err() != nil:
		con.Error("interrupted")
		return statusFailed
	case err != nil && o.atlas.file != "":
		return fail(con, err)
	case err != nil:
		con.Errorf("nothing was fetched: %v", err)
		return statusFailed
	case len(found) == 0:
		con.Error("there are no results of DNS measurements")
		return statusFailed
	}
	if err := printAs(formatOr(o.format), found); err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	return statusOK
}

// loadProbes reads where probes are. Without that, shares by AS and distances are left out. The
// archive of all probes is fetched for measurements that are fetched as well, or where a
// configuration says where it is.
func loadProbes(ctx context.Context, reader *dns_anycast.AtlasReader, o options, con *console.Console) error {
	if o.atlas.probes == "" && o.atlas.file != "" && o.config == "" {
		con.Info("where the probes are is not known, and so no distance: --probes FILE says it")
		return nil
	}
	_, err := inTime(ctx, "reading where probes are …", func() (any, error) {
		return nil, reader.LoadProbes(ctx, o.atlas.probes)
	})
	if err != nil && o.atlas.probes == "" && ctx.Err() == nil {
		con.Warnf("where the probes are is not known, and so no distance: %v", err)
		return nil
	}
	return err
}

func readCatchments(ctx context.Context, reader *dns_anycast.AtlasReader, o atlasOptions) (rounds.Catchments, error) {
	return inTime(ctx, "reading results …", func() (rounds.Catchments, error) {
		switch {
		case o.file == "":
			ctx, cancel := context.WithTimeout(ctx, fetchTime)
			defer cancel()
			return reader.Fetch(ctx, o.ids)
		case o.file == "-":
			return readResults(reader, os.Stdin, "stdin")
		}
		f, err := os.Open(o.file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readResults(reader, f, o.file)
	})
}

// inTime shows that work goes on, and waits for it no longer than until the context ends: a pipe, a
// terminal or a huge file knows nothing of contexts.
func inTime[T any](ctx context.Context, what string, work func() (T, error)) (did T, err error) {
	defer startProgress(func() string { return what }).end()
	done := make(chan struct{})
	var late T
	var fault error
	go func() {
		defer close(done)
		late, fault = work()
	}()
	select {
	case <-done:
		return late, fault
	case <-ctx.Done():
		return did, ctx.Err()
	}
}

func readResults(reader *dns_anycast.AtlasReader, r io.Reader, name string) (rounds.Catchments, error) {
	found, err := reader.ReadFile(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return found, nil
}

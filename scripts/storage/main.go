// Storage measures what the plugin's points cost a real InfluxDB: bytes on disk by the precision of their time stamps,
// series, points stored in a second by one vantage point and by a thousand, and what is left after downsampling. The
// figures in config/README.md are its.
//
//	storage BINARY
//
// It asks 20 targets on loopback once in each manner that a day has (by one instance, by another, not at all), makes a
// day of rounds of these points, and stores it in an influxd of its own. INFLUXD names another than the one in PATH.
//
// Reading order: main.go (what is measured), points.go (the day), influxd.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"
	"time"
)

const (
	targets  = 20
	interval = 10 * time.Second
	rounds   = int(24 * time.Hour / interval)
	schema   = "config/influxdb/schema.iql"

	// The fleet, whose every point is of another series than the one before.
	fleet       = 1000
	fleetRounds = 10
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: storage BINARY")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "storage: %v\n", err)
		os.Exit(1)
	}
}

// cost is what points take.
type cost struct {
	precision  time.Duration
	points     int
	perSecond  float64
	series     int
	bytes      int64
	downsample time.Duration
	hourly     int64 // bytes
	hours      int   // points
}

func measure(ctx context.Context, w io.Writer, binary string) error {
	day, err := newDay(ctx, binary)
	if err != nil {
		return err
	}
	var all []cost
	for _, precision := range []time.Duration{time.Nanosecond, time.Millisecond, time.Second} {
		fmt.Fprintf(os.Stderr, "a day with stamps of %v …\n", precision)
		c, err := day.store(ctx, precision, 1, rounds)
		if err != nil {
			return err
		}
		all = append(all, c)
	}
	fmt.Fprintf(os.Stderr, "%d vantage points …\n", fleet)
	many, err := day.store(ctx, time.Millisecond, fleet, fleetRounds)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "a day of the cloud's points …")
	clouds, err := day.storeClouds(ctx, time.Millisecond)
	if err != nil {
		return err
	}
	return report(w, all, many, clouds)
}

// storeClouds puts a day of the cloud's points into an influxd of their own.
func (d *day) storeClouds(ctx context.Context, precision time.Duration) (c cost, err error) {
	db, err := startInfluxd(ctx)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.setup(); err != nil {
		return c, err
	}
	c.precision, c.points = precision, rounds
	if err := db.write(d.cloudLines(precision)); err != nil {
		return c, err
	}
	stored, err := db.count(`SELECT count("instances") FROM "telegraf"."raw"."dns_anycast_cloud"`)
	if err != nil || stored != c.points {
		return c, errors.Join(err, fmt.Errorf("%d of %d points of the cloud are stored", stored, c.points))
	}
	c.bytes, _, err = db.compacted()
	return c, err
}

// store puts rounds into an influxd of their own.
func (d *day) store(ctx context.Context, precision time.Duration, vantages, rounds int) (c cost, err error) {
	db, err := startInfluxd(ctx)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.setup(); err != nil {
		return c, err
	}
	c.precision, c.points = precision, vantages*targets*rounds
	began := time.Now()
	if err := db.write(d.lines(precision, vantages, rounds)); err != nil {
		return c, err
	}
	c.perSecond = float64(c.points) / time.Since(began).Seconds()
	if c.series, err = db.count(`SHOW SERIES EXACT CARDINALITY ON "telegraf"`); err != nil {
		return c, err
	}
	stored, err := db.count(`SELECT count("result_code") FROM "telegraf"."raw"."dns_anycast"`)
	if err != nil || stored != c.points {
		return c, errors.Join(err, fmt.Errorf("%d of %d points are stored", stored, c.points))
	}
	began = time.Now()
	if err := db.downsample(d.from, 1+int(time.Duration(rounds-1)*interval/time.Hour)); err != nil {
		return c, err
	}
	c.downsample = time.Since(began)
	if c.hours, err = db.count(`SELECT count("points") FROM "telegraf"."hourly"."dns_anycast"`); err != nil {
		return c, err
	}
	c.bytes, c.hourly, err = db.compacted()
	return c, err
}

func report(w io.Writer, all []cost, many, clouds cost) error {
	fmt.Fprintf(w, "One vantage point, %d targets, a round each %v: %d points in a day.\n\n", targets, interval, all[0].points)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "precision\tbytes a point\tseries a target\tpoints stored in a second")
	for _, c := range all {
		fmt.Fprintf(table, "%v\t%.1f\t%.1f\t%.0f\n", c.precision, float64(c.bytes)/float64(c.points),
			float64(c.series)/targets, c.perSecond)
	}
	table.Flush()
	c := all[1]
	fmt.Fprintf(w, "\nWith %v the day takes %.1f MB; downsampled to hours, in %v, %d points and %.2f MB.\n", c.precision,
		float64(c.bytes)/1e6, c.downsample.Round(10*time.Millisecond), c.hours, float64(c.hourly)/1e6)
	fmt.Fprintf(w, "With %v a point of a cloud takes %.1f bytes.\n", clouds.precision, float64(clouds.bytes)/float64(clouds.points))
	fmt.Fprintf(w, "%d vantage points with %d targets each, %d series: %.0f points stored in a second.\n", fleet, targets,
		many.series, many.perSecond)
	fmt.Fprintf(w, "A fifth of that rate is %.0f targets each %v, over all vantage points.\n",
		many.perSecond/5*interval.Seconds(), interval)
	_, err := fmt.Fprintln(w, machine())
	return err
}

package stacktest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Label is a name and a value; Sample a value at a time in milliseconds.
type (
	Label  struct{ Name, Value string }
	Sample struct {
		Time  int64
		Value float64
	}
)

// Metric is a series, with __name__ among its labels, which are in the order of their names.
type Metric struct {
	Labels  []Label
	Samples []Sample
}

// bytesAtOnce keeps a request below what stores take, 32 MB.
const bytesAtOnce = 16 << 20

// Write stores series by Prometheus' remote write 1.0, which both stores take.
func (m *Metrics) Write(all []Metric) error {
	if len(all) == 0 {
		return nil
	}
	var request []byte
	for i, s := range all {
		request = field(request, 1, s.encode())
		if len(request) >= bytesAtOnce || i == len(all)-1 {
			if err := m.post(request); err != nil {
				return err
			}
			request = request[:0]
		}
	}
	if err := m.Flush(); err != nil || m.flush == "" {
		return err
	}
	return errors.Join(m.seen(all[0]), m.seen(all[len(all)-1]))
}

// seen waits until a series is found that was written: VictoriaMetrics may take a moment more.
func (m *Metrics) seen(s Metric) error {
	var match []string
	for _, l := range s.Labels[1:] {
		match = append(match, fmt.Sprintf("%s=%q", l.Name, l.Value))
	}
	newest := time.UnixMilli(s.Samples[len(s.Samples)-1].Time)
	for range 500 {
		rows, err := m.At(fmt.Sprintf("last_over_time(%s{%s}[1m])", s.Labels[0].Value, strings.Join(match, ", ")), newest)
		if err != nil || len(rows) > 0 {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("%s does not find %v", m.Name, s.Labels)
}

func (m *Metrics) post(request []byte) error {
	r, err := http.NewRequest(http.MethodPost, m.URL+"/api/v1/write", bytes.NewReader(snappy(request)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("Content-Encoding", "snappy")
	answer, err := plain.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s refuses points: %s: %s", m.Name, answer.Status, text)
	}
	return nil
}

// encode is the message prometheus.TimeSeries.
func (s *Metric) encode() (message []byte) {
	for _, l := range s.Labels {
		message = field(message, 1, field(field(nil, 1, []byte(l.Name)), 2, []byte(l.Value)))
	}
	for _, p := range s.Samples {
		const double, varint = 1<<3 | 1, 2 << 3
		sample := binary.LittleEndian.AppendUint64([]byte{double}, math.Float64bits(p.Value))
		message = field(message, 2, binary.AppendUvarint(append(sample, varint), uint64(p.Time)))
	}
	return message
}

// field appends a field of a protobuf message that has a length.
func field(message []byte, number uint64, value []byte) []byte {
	message = binary.AppendUvarint(message, number<<3|2)
	return append(binary.AppendUvarint(message, uint64(len(value))), value...)
}

// snappy is the block format with literals alone: it packs nothing.
func snappy(text []byte) []byte {
	const literal, longest = 61 << 2, 1 << 16
	packed := binary.AppendUvarint(nil, uint64(len(text)))
	for part := range slices.Chunk(text, longest) {
		packed = binary.LittleEndian.AppendUint16(append(packed, literal), uint16(len(part)-1))
		packed = append(packed, part...)
	}
	return packed
}

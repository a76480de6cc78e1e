package stacktest

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"net/http"
	"slices"
	"testing"
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

// samplesAtOnce keeps a request below what stores take, 32 MB.
const samplesAtOnce = 500_000

// Write stores series by Prometheus' remote write 1.0, which both stores take.
func (m *Metrics) Write(t *testing.T, all []Metric) {
	t.Helper()
	var request []byte
	samples := 0
	for i, s := range all {
		request = field(request, 1, s.encode())
		if samples += len(s.Samples); samples >= samplesAtOnce || i == len(all)-1 {
			m.post(t, request)
			request, samples = request[:0], 0
		}
	}
	m.Flush(t)
}

func (m *Metrics) post(t *testing.T, request []byte) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, m.URL+"/api/v1/write", bytes.NewReader(snappy(request)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("Content-Encoding", "snappy")
	answer, err := plain.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s refuses points: %s: %s", m.Name, answer.Status, text)
	}
}

// encode is the message prometheus.TimeSeries.
func (s *Metric) encode() (message []byte) {
	for _, l := range s.Labels {
		message = field(message, 1, field(field(nil, 1, []byte(l.Name)), 2, []byte(l.Value)))
	}
	for _, p := range s.Samples {
		const double, varint = 1<<3 | 1, 2<<3 | 0
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

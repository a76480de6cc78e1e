package dns_anycast

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"iter"
)

// stateWriter writes what json.MarshalIndent makes of a state, item by item: all at once would take
// three times the memory of the file, each minute.
type stateWriter struct {
	out  *bufio.Writer // keeps its first error
	item bytes.Buffer
	json *json.Encoder // into item
	err  error         // the first of an item
}

// encodeState writes a state as it is in the file.
func encodeState(out io.Writer, s *stateContent) error {
	w := &stateWriter{out: bufio.NewWriterSize(out, 1<<16)}
	w.json = json.NewEncoder(&w.item)
	w.text("{\n \"format\": \"" + stateFormat + "\",\n \"targets\": ")
	writeList(w, " ", s.targets, writeItem)
	if len(s.zones) > 0 {
		w.text(",\n \"zones\": ")
		writeList(w, " ", pointers(s.zones), writeZone)
	}
	w.text("\n}")
	return cmp.Or(w.err, w.out.Flush())
}

func writeZone(w *stateWriter, indent string, z *storedZone) {
	within := "\n" + indent + " "
	w.text("{" + within + "\"zone\": ")
	writeItem(w, indent+" ", &z.Zone)
	w.text("," + within + "\"serials\": ")
	writeList(w, indent+" ", pointers(z.Serials), writeItem)
	w.text("," + within + "\"targets\": ")
	writeList(w, indent+" ", pointers(z.Targets), writeItem)
	w.text("\n" + indent + "}")
}

// writeList writes a list that stands on a line with an indent.
func writeList[T any](
	w *stateWriter, indent string, list iter.Seq[*T], write func(w *stateWriter, indent string, item *T),
) {
	w.text("[")
	next, end := "\n", "]"
	for item := range list {
		w.text(next + indent + " ")
		write(w, indent+" ", item)
		next, end = ",\n", "\n"+indent+"]"
	}
	w.text(end)
}

// pointers are those to the items of a list.
func pointers[T any](list []T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

func writeItem[T any](w *stateWriter, indent string, item *T) {
	w.item.Reset()
	w.json.SetIndent(indent, " ")
	w.err = cmp.Or(w.err, w.json.Encode(item))
	w.out.Write(bytes.TrimSuffix(w.item.Bytes(), []byte("\n")))
}

func (w *stateWriter) text(s string) { w.out.WriteString(s) }

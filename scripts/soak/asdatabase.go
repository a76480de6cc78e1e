//go:build linux

package main

import "encoding/binary"

// asNumber is whose all addresses are.
const asNumber = "64500"

// asDatabase is a MaxMind DB with one node, both of whose records are the one entry of its data
// section (https://maxmind.github.io/MaxMind-DB/).
func asDatabase() (b []byte) {
	const nodes, separator = 1, 16
	for range 2 {
		b = append(b, 0, 0, nodes+separator) // of 24 bits: the data section's beginning
	}
	b = append(b, make([]byte, separator)...)
	b = entries(b, 1)
	b = number(text(b, "autonomous_system_number"), 6, 64500)
	b = append(b, "\xab\xcd\xefMaxMind.com"...)
	b = entries(b, 9)
	b = number(text(b, "binary_format_major_version"), 5, 2)
	b = number(text(b, "binary_format_minor_version"), 5, 0)
	b = text(text(b, "database_type"), "soak")
	b = number(text(b, "ip_version"), 5, 6)
	b = number(text(b, "node_count"), 6, nodes)
	b = number(text(b, "record_size"), 5, 24)
	b = number(text(b, "build_epoch"), extended|9-7, 1)
	b = append(text(b, "languages"), 0, 11-7) // an array of none
	return entries(text(b, "description"), 0)
}

const extended = 0x80 // a type beyond 7, less 7, which follows

func entries(b []byte, n byte) []byte { return append(b, 7<<5|n) }

// number is of type 5 (16 bits) or 6 (32), or extended.
func number(b []byte, kind byte, n uint32) []byte {
	if kind&extended != 0 {
		b = append(b, 4, kind&^extended)
	} else {
		b = append(b, kind<<5|4)
		if kind == 5 {
			b[len(b)-1] = kind<<5 | 2
			return binary.BigEndian.AppendUint16(b, uint16(n))
		}
	}
	return binary.BigEndian.AppendUint32(b, n)
}

// text is shorter than 29 bytes.
func text(b []byte, s string) []byte { return append(append(b, 2<<5|byte(len(s))), s...) }

package slo

import "math/bits"

// minutes is a set of those of a month.
type minutes []uint64

func newMinutes(n int) minutes { return make(minutes, (n+63)/64) }

func (m minutes) add(minute int) { m[minute/64] |= 1 << (minute % 64) }

func (m minutes) has(minute int) bool { return m[minute/64]&(1<<(minute%64)) != 0 }

func (m minutes) count() (n int) {
	for _, word := range m {
		n += bits.OnesCount64(word)
	}
	return n
}

// first is the first of the set, or -1.
func (m minutes) first() int {
	for i, word := range m {
		if word != 0 {
			return i*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// last is the last of the set, or -1.
func (m minutes) last() int {
	for i := len(m) - 1; i >= 0; i-- {
		if m[i] != 0 {
			return i*64 + bits.Len64(m[i]) - 1
		}
	}
	return -1
}

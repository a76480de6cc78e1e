package slo

import "math"

// times counts times in steps of 1 %, so that a median is known to half of that in bounded memory.
type times map[int16]int

const (
	step    = 1.01
	tiniest = 1e-4 // ms
)

var logStep = math.Log(step)

func (t times) add(ms float64) {
	t[int16(math.Round(math.Log(min(max(ms, tiniest), 1e9))/logStep))]++
}

func timeOf(step int16) float64 { return math.Exp(float64(step) * logStep) }

//go:build linux

package main

import "fmt"

// refusal is an error of the command line or of the machine: exit status 2.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

func refuse(format string, a ...any) error { return refusal{fmt.Errorf(format, a...)} }

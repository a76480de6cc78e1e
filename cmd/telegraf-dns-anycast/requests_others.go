//go:build !unix

package main

import "os"

// catchRequests brings none: there are no such signals here.
func catchRequests() <-chan os.Signal { return nil }

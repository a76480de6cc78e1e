package main

import "telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config/configtest"

// Pieces of configurations.
const (
	blockLine = configtest.BlockLine
	cloudLine = configtest.CloudLine
	cloudA    = configtest.CloudA
	cloudB    = configtest.CloudB
)

var (
	withOption  = configtest.WithOption
	withServers = configtest.WithServers
	writeFile   = configtest.WriteFile
)

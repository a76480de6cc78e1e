//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

var rivals = map[string]rival{
	"dns_query": newDNSQuery("udp"), "dns_query tcp": newDNSQuery("tcp"), "sequential": newSequential, "floor": newFloor,
}

// runRival is the rival's process, which does a round for each newline on stdin, as the plugin does: as NAME FILE
// TIMEOUT. The file has an address a line.
func runRival(args []string) error {
	if len(args) != 3 || rivals[args[0]] == nil {
		return fmt.Errorf("as wants a rival, a file and a timeout, not %q", args)
	}
	list, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	timeout, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	out := newLines(os.Stdout)
	round, err := rivals[args[0]](strings.Fields(string(list)), timeout, out)
	if err != nil {
		return err
	}
	for in := bufio.NewReader(os.Stdin); ; {
		if _, err := in.ReadString('\n'); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := round(); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

//go:build linux

package main

import "fmt"

const (
	home   = "/run"
	prefix = "dns-anycast-lab-" // of the lab's directory there, and of its namespaces

	vantage = "vantage"
	router  = "router"

	zone = "lab.example" // what all sites serve
)

// What comes in pairs is by family: these are their names, and service is the addresses of the
// cloud.
var (
	families = [2]string{"4", "6"}
	service  = [2]string{"192.0.2.53", "2001:db8:53::53"}
)

// gateway and neighbour are the addresses of the router and of the other end, by family, on a
// network.
func gateway(network int) [2]string {
	return [2]string{fmt.Sprintf("198.18.%d.1", network), fmt.Sprintf("fd00:53:%d::1", network)}
}

func neighbour(network int) [2]string {
	return [2]string{fmt.Sprintf("198.18.%d.2", network), fmt.Sprintf("fd00:53:%d::2", network)}
}

// Composecheck reads compose files as Docker Compose does, by its own library, and prints what they come to, as JSON, or
// what is wrong with them. It is a module of its own, since that library brings more modules than the rest of the
// repository has. docker-compose 1.29 lets wrong values pass, such as a duration without a unit.
//
//	composecheck ENVFILE FILE [OVERLAY ...]
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: composecheck ENVFILE FILE [OVERLAY ...]")
		os.Exit(2)
	}
	project, err := load(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "composecheck: %v\n", err)
		os.Exit(1)
	}
	fmt.Printf("%s\n", project)
}

// load takes variables, and the profiles in COMPOSE_PROFILES, from the file alone: what this process has in its environment is not seen.
func load(env string, files []string) ([]byte, error) {
	o, err := cli.NewProjectOptions(files, cli.WithEnvFiles(env), cli.WithDotEnv, cli.WithDefaultProfiles(), cli.WithName("config"))
	if err != nil {
		return nil, err
	}
	p, err := o.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	return p.MarshalJSON()
}

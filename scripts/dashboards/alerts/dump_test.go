package alerts

import (
	"os"
	"testing"
)

func TestDump(t *testing.T) {
	b, err := File(func(d, ti string) (int, error) { return 1, nil })
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/w/rules.yaml", b, 0o644)
}

package field

import (
	"encoding/json"
	"testing"
)

// TestNotMeasured: neither null nor NaN is shown in a colour that says something of a value.
func TestNotMeasured(t *testing.T) {
	got, err := json.Marshal(NotMeasured())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"special","options":{"match":"null+nan",` +
		`"result":{"text":"not measured","color":"#8e8e8e"}}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

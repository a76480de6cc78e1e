package options

import (
	"errors"
	"io/fs"
	"testing"
)

// TestError: a path is put together from its end, and said as TOML would write its keys.
func TestError(t *testing.T) {
	for _, c := range []struct {
		path []Step
		want string
	}{
		{[]Step{{Key: "timeout"}}, "timeout"},
		{[]Step{{Key: "families", Index: 2}}, "families[2]"},
		{[]Step{{Key: "cloud", Index: 1}, {Key: "name"}}, "cloud[1].name"},
		{[]Step{{Key: "cloud", Index: 2, Name: "b"}, {Key: "place", Index: 12}, {Key: "code"}}, `cloud[2] "b".place[12].code`},
		{[]Step{{Key: "cloud", Index: 1, Name: "a.b[1] \" c\n"}}, `cloud[1] "a.b[1] \" c\n"`},
		{[]Step{{Key: "tags"}, {Key: "a-b_9"}}, "tags.a-b_9"},
		{[]Step{{Key: "tags"}, {Key: "a b.c"}}, `tags."a b.c"`},
		{[]Step{{Key: "tags"}, {Key: ""}}, `tags.""`},
		{[]Step{{Key: "tags"}, {Key: "日本\a"}}, `tags."日本\a"`},
	} {
		err := fs.ErrNotExist
		for i := range c.path {
			err = At(c.path[len(c.path)-1-i], err)
		}
		if want := c.want + ": " + fs.ErrNotExist.Error(); err.Error() != want {
			t.Errorf("said %q, want %q", err, want)
		}
		var option *Error
		if !errors.As(err, &option) || len(option.Path) != len(c.path) || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v has the path %v, want %v", err, option, c.path)
		}
	}
	if err := At(Step{Key: "timeout"}, nil); err != nil {
		t.Errorf("without an error there is %v", err)
	}
}

package point

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// CheckText accepts what line protocol carries unchanged in a tag.
func CheckText(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("is empty: write some text")
	}
	for _, r := range s {
		if !strconv.IsPrint(r) || r == '\\' || r == '\uFFFD' {
			return fmt.Errorf("%q holds %q: write printable text without a backslash", s, r)
		}
	}
	return nil
}

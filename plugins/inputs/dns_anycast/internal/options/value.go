package options

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// checkWords checks a list: not empty, none twice, each known.
func checkWords(option string, words []string, known ...string) error {
	if len(words) == 0 {
		return At(Step{Key: option},
			fmt.Errorf("the list is empty: name at least one of %s", quoted(known)))
	}
	for i, w := range words {
		item := Step{Key: option, Index: i + 1}
		if !slices.Contains(known, w) {
			return At(item, fmt.Errorf("%q is not one of %s", w, quoted(known)))
		}
		if slices.Contains(words[:i], w) {
			return At(item, fmt.Errorf("%q is listed twice", w))
		}
	}
	return nil
}

// checkIdentityNames checks those of the plugin or of a cloud.
func checkIdentityNames(names []string) error {
	return checkWords("identity_names", names, "hostname.bind", "id.server")
}

// readWords returns the values of words that have been checked.
func readWords[T fmt.Stringer](words []string, known ...T) (values []T) {
	for _, w := range words {
		i := slices.IndexFunc(known, func(v T) bool { return v.String() == w })
		values = append(values, known[i])
	}
	return values
}

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = strconv.Quote(w)
	}
	return strings.Join(q, ", ")
}

// checkCount checks a number from 1 on; nil is none.
func checkCount(option string, n *int, most int) error {
	if n == nil || *n >= 1 && *n <= most {
		return nil
	}
	return At(Step{Key: option},
		fmt.Errorf("%d is out of range: write a number from 1 to %d", *n, most))
}

// checkSpan checks a time up to MaxTimeout; nil is none.
func checkSpan(option string, d *Duration, least time.Duration) error {
	if d == nil || time.Duration(*d) >= least && time.Duration(*d) <= MaxTimeout {
		return nil
	}
	return At(Step{Key: option},
		fmt.Errorf(`%s is out of range: write one from "%s" to "1m"`, time.Duration(*d), least))
}

package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestLinksOfPages follows every relative link of every page: in the repository, in an archive, and as installed.
func TestLinksOfPages(t *testing.T) {
	r := mustRelease(t)
	archive, err := r.archiveTree(platform{"linux", "amd64", ""}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	installed, err := r.systemTree(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for where, s := range map[string]shelf{
		"repository": shelfOfRepository(t), "archive": shelfOf(archive), "package": shelfOf(installed),
	} {
		if len(s.pages) < 8 || s.links() < 60 {
			t.Errorf("%s: few pages or links: %d, %d", where, len(s.pages), s.links())
		}
		for _, fault := range s.faults() {
			t.Errorf("%s: %s", where, fault)
		}
	}
}

// TestLinksFaults: a link to what is not there is found, and what only looks like one is none.
func TestLinksFaults(t *testing.T) {
	const target = "# A page\n\n## Tags & `fields`, again\n\n## Twice\n\n## Twice\n"
	for _, tc := range []struct{ text, want string }{
		{"[a](b.md) [a](b.md#tags--fields-again) [a](b.md#twice-1) [here](#here)\n\n## Here\n", ""},
		{"[a](sub) [a](https://example.net/no.md)", ""},
		{"[a](c.md)", "a.md: c.md is not there"},
		{"[a](../a.md)", "a.md: ../a.md is not there"},
		{"[of two\nlines](b.md#three)", "a.md: b.md#three is not there"},
		{"[a](b.md#twice-2)", "a.md: b.md#twice-2 is not there"},
		{"[a](#a-page)", "a.md: #a-page is not there"},
		{"[a](sub/x#y)", "a.md: sub/x#y is not there"},
		{"`[a](no.md)` and\n\n    [a](no.md)\n\n```\n[a](no.md)\n# Here\n```\n", ""},
		{"[RFC 1] is not defined", "a.md: [RFC 1] has no address"},
		{"[RFC 1] is\n\n[RFC 1]: https://example.net/", ""},
	} {
		s := shelf{pages: map[string]string{"a.md": tc.text, "b.md": target}, files: map[string]bool{"a.md": true, "b.md": true, "sub": true, "sub/x": true}}
		if got := strings.Join(s.faults(), "\n"); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.text, got, tc.want)
		}
	}
}

// shelf is what links may lead to: the texts of pages, and files and directories, by their path.
type shelf struct {
	pages map[string]string
	files map[string]bool
}

func shelfOf(tree []entry) shelf {
	s := shelf{map[string]string{}, map[string]bool{}}
	for _, e := range tree {
		s.files[e.path] = true
		if path.Ext(e.path) == ".md" && e.link == "" {
			s.pages[e.path] = string(e.data)
		}
	}
	return s
}

// shelfOfRepository leaves out what is built or fetched, and the notes beside recorded replies.
func shelfOfRepository(t *testing.T) shelf {
	t.Helper()
	var tree []entry
	err := filepath.WalkDir(repository, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "bin", "dist", "node_modules"}, d.Name()) {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(repository, file)
		e := entry{path: filepath.ToSlash(rel)}
		if err == nil && filepath.Ext(file) == ".md" {
			e.data, err = os.ReadFile(file)
		}
		tree = append(tree, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return shelfOf(tree)
}

var (
	code       = regexp.MustCompile("(?ms)^```.*?^```$|^    .*?$|``.+?``|`[^`]+`")
	fence      = regexp.MustCompile("(?ms)^```.*?^```$")
	link       = regexp.MustCompile(`\[[^\]]+\]\(([^)\s]+)\)`)
	defined    = regexp.MustCompile(`(?m)^\[([^\]]+)\]: (\S+)$`)
	referred   = regexp.MustCompile(`\[(RFC \d+|RE2)\]`)
	heading    = regexp.MustCompile(`(?m)^#+ (.+)$`)
	noneOfSlug = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

func (s shelf) links() (n int) {
	for _, text := range s.pages {
		n += len(link.FindAllString(code.ReplaceAllString(text, ""), -1))
	}
	return n
}

// faults are the links that lead nowhere, in order.
func (s shelf) faults() (all []string) {
	for page, text := range s.pages {
		text = code.ReplaceAllString(text, "")
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(m[1], "://") && !s.has(page, m[1]) {
				all = append(all, page+": "+m[1]+" is not there")
			}
		}
		addresses := map[string]bool{}
		for _, m := range defined.FindAllStringSubmatch(text, -1) {
			addresses[m[1]] = true
		}
		for _, m := range referred.FindAllStringSubmatch(text, -1) {
			if !addresses[m[1]] {
				all = append(all, page+": "+m[0]+" has no address")
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (s shelf) has(page, link string) bool {
	file, anchor, anchored := strings.Cut(link, "#")
	to := page
	if file != "" {
		to = path.Join(path.Dir(page), file)
	}
	if !anchored {
		return s.files[to]
	}
	return slices.Contains(anchors(s.pages[to]), anchor)
}

// anchors are those that GitHub gives to headings: lower case, spaces become hyphens, other punctuation goes, and the
// second of a name has a number.
func anchors(text string) (all []string) {
	times := map[string]int{}
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		slug := strings.ReplaceAll(noneOfSlug.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")
		n := times[slug]
		times[slug]++
		if n > 0 {
			slug += "-" + strconv.Itoa(n)
		}
		all = append(all, slug)
	}
	return all
}

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// repository is what is packaged here.
const repository = "../.."

// Another directory, time zone, umask and state of the files give the same bytes, and SHA256SUMS names them all.
func TestReproducible(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "packages")
	output(t, exec.Command("go", "build", "-o", program, "."))
	first, second := t.TempDir(), t.TempDir()
	pack := func(source, out, umask string, env ...string) {
		cmd := exec.Command("sh", "-c", "umask "+umask+` && exec "$@"`, "sh", program, "-source", source, "-out", out)
		cmd.Env = append(os.Environ(), env...)
		output(t, cmd)
	}
	pack(repository, first, "022", "TZ=UTC")
	pack(copyRepository(t), second, "077", "TZ=Asia/Kathmandu", "GOFLAGS=-tags=portable", "GOAMD64=v3", "LANG=de_DE.UTF-8")
	names := list(t, first)
	if got := list(t, second); !slices.Equal(got, names) {
		t.Fatalf("files %q, then %q", names, got)
	}
	for _, file := range names {
		if !bytes.Equal(read(t, filepath.Join(first, file)), read(t, filepath.Join(second, file))) {
			t.Errorf("%s differs", file)
		}
	}
	r := mustRelease(t)
	want := []string{"SHA256SUMS"}
	for _, suffix := range []string{
		"-1.aarch64.rpm", "-1.armv7hl.rpm", "-1.x86_64.rpm",
		"-darwin-amd64.tar.gz", "-darwin-arm64.tar.gz", "-linux-amd64.tar.gz", "-linux-arm64.tar.gz", "-linux-armv7.tar.gz",
		"-windows-amd64.zip",
	} {
		want = append(want, name+"-"+r.version+suffix)
	}
	for _, arch := range []string{"amd64", "arm64", "armhf"} {
		want = append(want, name+"_"+r.version+"_"+arch+".deb")
	}
	if !slices.Equal(names, want) {
		t.Errorf("files\n got %q\nwant %q", names, want)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = first
	if n := strings.Count(output(t, check), ": OK\n"); n != len(want)-1 {
		t.Errorf("%d sums, want %d", n, len(want)-1)
	}
	checkDebs(t, first)
}

// checkDebs looks for what names a machine or a time.
func checkDebs(t *testing.T, dir string) {
	need(t, "dpkg-deb", "dpkg")
	r := mustRelease(t)
	for _, arch := range []string{"amd64", "arm64", "armhf"} {
		deb := filepath.Join(dir, name+"_"+r.version+"_"+arch+".deb")
		want := "Package: " + name + "\nVersion: " + r.version + "\nArchitecture: " + arch + "\nMaintainer: " + maintainer + "\n"
		if got := output(t, exec.Command("dpkg-deb", "--field", deb, "Package", "Version", "Architecture", "Maintainer")); got != want {
			t.Errorf("%s:\n%s", arch, got)
		}
		day := r.date.Format("2006-01-02 15:04")
		for line := range strings.Lines(output(t, exec.Command("env", "TZ=UTC", "dpkg-deb", "--contents", deb))) {
			if !regexp.MustCompile(`^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|l---------) root/root +\d+ ` + day + ` \./`).MatchString(line) {
				t.Errorf("%s: %s", arch, line)
			}
		}
	}
}

// copyRepository copies what the packages are made of; the times are those of the copy.
func copyRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	args := []string{
		"-R", "--parents", "go.mod", "go.sum", "cmd", "plugins", "config", "scripts/backup", "scripts/fill", "scripts/restore", "scripts/vantage",
		"scripts/influxdb.sh", "scripts/README.md", ".github/SECURITY.md", "README.md", "CHANGELOG.md", "LICENSE", dir,
	}
	cmd := exec.Command("cp", args...)
	cmd.Dir = repository
	output(t, cmd)
	return dir
}

func mustRelease(t *testing.T) release {
	t.Helper()
	r, err := readRelease(repository, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// output runs a program that has to succeed.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			out = append(out, failed.Stderr...)
		}
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// need skips the test on a developer's machine, and fails it in CI.
func need(t *testing.T, program, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		missing(t, program, "apt-get install "+pkg)
	}
}

// missing is skiptest.Missing, which stands in another module.
func missing(t *testing.T, what, remedy string) {
	t.Helper()
	text := what + " is missing: " + remedy
	if os.Getenv("CI") != "" {
		t.Fatal(text)
	}
	t.Skip("SKIPPED: " + text)
}

//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// process is a daemon of the lab. What it writes is in log.
type process struct {
	name  string
	cmd   *exec.Cmd
	log   string
	ended chan struct{} // closed once it has
}

// launch runs a daemon in a network namespace and in a process namespace of its own: when that
// one's first process ends, the kernel ends the rest, such as the children of NSD. And the first
// ends with the lab, however the lab does.
func launch(visitor nstest.Thread, namespace, dir, name string, cmd *exec.Cmd) (*process, error) {
	p := &process{name, cmd, filepath.Join(dir, name+".log"), make(chan struct{})}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	cmd.Stderr = log
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWPID
	if err := visitor.In(namespace, cmd.Start); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// end kills the daemon and returns when it is gone with all its children.
func (p *process) end() {
	p.cmd.Process.Kill()
	<-p.ended
}

// crashed tells of a daemon that has ended.
func (p *process) crashed() error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s has ended: %v\n%s", p.name, p.cmd.ProcessState, p.lastWords())
	default:
		return nil
	}
}

// lastWords returns the end of the log, which the lab's own end removes.
func (p *process) lastWords() []byte {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-10):], []byte("\n"))
}

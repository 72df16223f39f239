package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is how long work may take before its progress is shown.
const patience = 500 * time.Millisecond

// bar is a progress bar on stderr, or nothing.
type bar struct{ p *progressbar.ProgressBar }

// progress makes a bar: on a terminal only, unless it was asked for, and not over a table that scrolls on the same terminal.
func (a *app) progress(what string, total int, wanted, asked bool) *bar {
	show := wanted && !a.quiet && (asked || terminal(a.err) && (!terminal(a.out) || a.output == "json"))
	if !show {
		return &bar{}
	}
	from := a.clock()
	w := &late{w: a.err, ready: func() bool { return a.clock().Sub(from) >= patience }}
	const width = 24
	return &bar{progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), progressbar.OptionSetWidth(width),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("lines"),
		progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(patience/5), progressbar.OptionClearOnFinish(),
	)}
}

// at says how far the work is.
func (b *bar) at(n int) {
	if b.p != nil {
		_ = b.p.Set(n) // a bar that can't be drawn stops nothing
	}
}

// end takes the bar away.
func (b *bar) end() {
	if b.p != nil {
		_ = b.p.Exit()
	}
}

// late swallows what is written before it is ready.
type late struct {
	w     io.Writer
	ready func() bool
}

func (l *late) Write(p []byte) (int, error) {
	if !l.ready() {
		return len(p), nil
	}
	return l.w.Write(p)
}

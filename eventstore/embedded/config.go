// Package embedded keeps the event log in segment files of one directory: appended to, synced, never rewritten.
// FORMAT.md describes every byte.
//
// One goroutine commits. It takes every append that is waiting, writes them behind each other and syncs once; only then
// are they answered and shown to readers. While it waits for the disk the next group gathers, so no timer is needed:
// a lone caller waits for one sync, and two hundred share it.
//
// The index, stream to places in the files, lives in memory (16 bytes per append and some 150 per stream) and is rebuilt
// by reading the whole log when the store is opened.
package embedded

import (
	"fmt"
	"time"

	"saldo/eventstore"
)

const (
	// defaultSegmentBytes keeps a file small enough to copy and verify in a moment, and the number of files small.
	defaultSegmentBytes = 64 << 20
	// defaultGroupBytes bounds one write and the memory it is gathered in; a disk syncs that in some 20 ms.
	defaultGroupBytes = 4 << 20
	// defaultQueueLength bounds what waits for the committing goroutine.
	defaultQueueLength = 1024
	// maxMaxAppend keeps records within what the format allows.
	maxMaxAppend = 16 << 20
)

// Config says where a store lives and what it needs from outside.
type Config struct {
	// Dir is the directory of the store; Open creates it if it is missing or empty.
	Dir string
	// Now stamps what is stored. The stamp is shown and never used.
	Now func() time.Time
	// NewID names a store and its incarnation when it is created: 1 to 36 letters, digits and hyphens, never the same
	// twice. Not called otherwise.
	NewID func() string

	Options
}

// Options may all be left out.
type Options struct {
	SegmentBytes int64 // a new file is begun when the last one has reached that size; 64 MiB
	MaxAppend    int   // bytes of one append; eventstore.DefaultMaxAppend, at most 16 MiB
	GroupBytes   int   // appends are gathered up to about that many bytes; 4 MiB
	// QueueLength is how many appends may wait to be gathered; 1024. Further callers are held until there is room or
	// their context ends (surely not applied): whoever wants to shed load has a deadline and knows who may wait, while
	// a store that refuses would only be asked again.
	QueueLength int

	openFile func(path string, flag int) (file, error) // the seam for injected faults
}

func (c Config) validated() (Config, error) {
	if c.Dir == "" || c.Now == nil || c.NewID == nil {
		return c, fmt.Errorf("%w: an embedded store needs Dir, Now and NewID", eventstore.ErrInvalid)
	}
	if c.SegmentBytes < 0 || c.GroupBytes < 0 || c.QueueLength < 0 || c.MaxAppend < 0 || c.MaxAppend > maxMaxAppend {
		return c, fmt.Errorf("%w: embedded store with an option out of range: %+v", eventstore.ErrInvalid, c.Options)
	}
	if c.SegmentBytes == 0 {
		c.SegmentBytes = defaultSegmentBytes
	}
	if c.MaxAppend == 0 {
		c.MaxAppend = eventstore.DefaultMaxAppend
	}
	if c.GroupBytes == 0 {
		c.GroupBytes = defaultGroupBytes
	}
	if c.QueueLength == 0 {
		c.QueueLength = defaultQueueLength
	}
	if c.openFile == nil {
		c.openFile = openOSFile
	}
	return c, nil
}

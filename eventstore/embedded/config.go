// Package embedded keeps the event log in segment files of one directory: appended to, synced, never rewritten.
// FORMAT.md describes every byte.
//
// One goroutine commits. It takes every append that is waiting, writes them behind each other and syncs once; only then
// are they answered and shown to readers. While it waits for the disk the next group gathers, so no timer is needed:
// a lone caller waits for one sync, and two hundred share it.
//
// The index, stream to places in the files, is fed behind the commit into Pebble by a goroutine of its own; a tail in
// memory answers for what is not there yet. It is disposable: it goes without a write-ahead log, Open reads the part of
// the log that it lacks, all of it if the index is missing or in doubt, and nothing that happens to it stops the log.
//
// Positions are dense: an event's is its number in the log, from 1.
package embedded

import (
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"saldo/eventstore"
)

const (
	// defaultSegmentBytes keeps a file small enough to copy and verify in a moment, and the number of files small.
	defaultSegmentBytes = 64 << 20
	// defaultGroupBytes bounds one write and the memory it is gathered in; a disk syncs that in some 20 ms.
	defaultGroupBytes = 4 << 20
	// defaultQueueLength bounds what waits for the committing goroutine.
	defaultQueueLength = 1024
	// defaultQueueWait is some fifty syncs of a slow disk: if there's no room after that, load must be shed.
	defaultQueueWait = time.Second
	// defaultFeedAppends is how many appends the tail gathers before they go into the table: some 5 MB, sorted in 20 ms.
	defaultFeedAppends = 1 << 16
	// minFeedBytes keeps small segments from making one small file of the index each.
	minFeedBytes = 1 << 20
	// maxGroupBytes keeps a record's distance from the beginning of its group within 32 bits.
	maxGroupBytes = 1 << 30
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
	// QueueLength is how many appends may wait to be gathered; 1024.
	QueueLength int
	// QueueWait is how long a further caller is held until there is room: 1 s. Then it gets ErrUnavailable, surely not
	// applied. Negative: until its context ends, for callers that bound their number themselves.
	QueueWait time.Duration
	// Unfinished opens the store also while a log is being moved here: for the one who moves it.
	Unfinished bool

	// The seam for injected faults: what is done to the medium for the log, and for the table.
	openFile    func(path string, flag int) (file, error)
	replaceFile func(path string, content []byte) error
	syncDir     func(dir string) error
	tableFS     vfs.FS
	feedAppends int // when a generation is set aside
	feedBytes   uint64
}

func (c Config) validated() (Config, error) {
	if c.Dir == "" || c.Now == nil || c.NewID == nil {
		return c, fmt.Errorf("%w: an embedded store needs Dir, Now and NewID", eventstore.ErrInvalid)
	}
	if c.SegmentBytes < 0 || c.GroupBytes < 0 || c.GroupBytes > maxGroupBytes || c.QueueLength < 0 || c.MaxAppend < 0 || c.MaxAppend > maxMaxAppend {
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
	if c.QueueWait == 0 {
		c.QueueWait = defaultQueueWait
	}
	if c.openFile == nil {
		c.openFile = openOSFile
	}
	if c.replaceFile == nil {
		c.replaceFile = replaceFile
	}
	if c.syncDir == nil {
		c.syncDir = syncDir
	}
	if c.tableFS == nil {
		c.tableFS = vfs.Default
	}
	if c.feedAppends == 0 {
		c.feedAppends = defaultFeedAppends
	}
	if c.feedBytes == 0 {
		c.feedBytes = max(uint64(c.SegmentBytes)/2, minFeedBytes)
	}
	return c, nil
}

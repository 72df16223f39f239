package embedded

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"saldo/eventstore"
)

// backupName is what makes a directory a backup. It is written last, so that half a backup isn't one; and a backup has no
// store.json, so that nobody goes on writing to it under an incarnation that exists already.
const backupName = "backup.json"

// Backup says what a backup holds.
type Backup struct {
	Format      int             `json:"format"`
	Note        string          `json:"note"`
	StoreID     string          `json:"store_id"`
	Incarnation string          `json:"incarnation"`
	Events      uint64          `json:"events"`
	End         uint64          `json:"end"` // logical offset
	Segments    []BackupSegment `json:"segments"`
	// Sealed is the seal of a log that had one. What is restored has it too: a second ledger that goes on where the
	// first one was told to stop must not come out of a backup.
	Sealed *Seal `json:"sealed,omitempty"`
}

// BackupSegment is one file of a backup.
type BackupSegment struct {
	Name   string `json:"name"`
	Bytes  uint64 `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Head is the position of the last event in the backup.
func (b Backup) Head() eventstore.Position {
	if b.Events == 0 {
		return eventstore.Position{}
	}
	return eventstore.NewPosition(b.StoreID, b.Events, b.Events)
}

const backupNote = "backup of a saldo event store; restore it to use it"

// Backup copies the log as it is now into dir, which must be empty or missing, while the store goes on, and verifies every
// record of the copy. When it returns nil the copy is durable.
func (s *Store) Backup(ctx context.Context, dir string) (Backup, error) {
	seal := s.seal.Load() // before the log, which ends with it
	v, err := s.snapshot()
	if err != nil {
		return Backup{}, err
	}
	made := Backup{
		Format: formatVersion, Note: backupNote, StoreID: s.identity.StoreID, Incarnation: s.identity.Incarnation, Events: v.head, End: v.end, Sealed: seal,
	}
	if err = makeEmpty(dir); err != nil {
		return Backup{}, err
	}
	for i, seg := range v.segments {
		size := v.segmentEnd(i) - seg.base
		var sum string
		sum, err = copySegment(ctx, io.NewSectionReader(seg.file, 0, int64(size)), segmentPath(dir, seg.base)) //nolint:gosec // a size
		if err != nil {
			return Backup{}, fmt.Errorf("back up %s: %w", seg.path, err)
		}
		made.Segments = append(made.Segments, BackupSegment{Name: filepath.Base(seg.path), Bytes: size, SHA256: sum})
	}
	if err = errors.Join(syncDir(filepath.Join(dir, logName)), syncDir(dir), syncDir(filepath.Dir(filepath.Clean(dir)))); err != nil {
		return Backup{}, err
	}
	if err = verifyCopy(ctx, dir, made); err != nil {
		return Backup{}, fmt.Errorf("verify the backup: %w", err)
	}
	content, err := json.MarshalIndent(made, "", "  ")
	if err != nil {
		return Backup{}, err
	}
	// Dying up to here leaves a directory that Restore refuses.
	return made, replaceFile(filepath.Join(dir, backupName), append(content, '\n'))
}

// ReadBackup says what dir holds, without verifying it.
func ReadBackup(dir string) (Backup, error) {
	path := filepath.Join(dir, backupName)
	content, err := os.ReadFile(path) //nolint:gosec // see openOSFile
	if err != nil {
		return Backup{}, fmt.Errorf("%s is no backup, or not a complete one: %w", dir, err)
	}
	var b Backup
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&b); err != nil {
		return Backup{}, fmt.Errorf("%w: %s: %w", eventstore.ErrCorrupt, path, err)
	}
	if b.Format != formatVersion {
		return Backup{}, fmt.Errorf("%w: %s has format %d, this program knows %d", eventstore.ErrInvalid, path, b.Format, formatVersion)
	}
	return b, nil
}

// Restore makes a store in dir, which must be empty or missing, of the backup in from. Every byte is verified, in the
// backup and in the copy, before dir becomes a store that can be opened. It keeps the store's id, so that positions stay
// good, and gets a new incarnation from newID: what was appended after the backup is gone, and whoever remembers a
// position must be able to notice.
func Restore(ctx context.Context, from, dir string, newID func() string) (Report, error) {
	b, err := ReadBackup(from)
	if err != nil {
		return Report{}, err
	}
	if err = verifyCopy(ctx, from, b); err != nil {
		return Report{}, fmt.Errorf("verify the backup: %w", err)
	}
	id := identity{Format: formatVersion, Note: formatNote, StoreID: b.StoreID, Incarnation: newID()}
	if !eventstore.ValidStoreID(id.Incarnation) || id.Incarnation == b.Incarnation {
		return Report{}, fmt.Errorf("%w: NewID gave %q", eventstore.ErrInvalid, id.Incarnation)
	}
	if err = makeEmpty(dir); err != nil {
		return Report{}, err
	}
	for _, seg := range b.Segments {
		if err = restoreSegment(ctx, from, dir, seg); err != nil {
			return Report{}, fmt.Errorf("restore %s: %w", seg.Name, err)
		}
	}
	if err = errors.Join(syncDir(filepath.Join(dir, logName)), Config{Dir: dir, Options: Options{replaceFile: replaceFile}}.writeBound(b.End), syncDir(filepath.Dir(filepath.Clean(dir)))); err != nil {
		return Report{}, err
	}
	if err = verifyCopy(ctx, dir, b); err != nil {
		return Report{}, fmt.Errorf("verify what was restored: %w", err)
	}
	if err = b.restoreSeal(dir); err != nil {
		return Report{}, err
	}
	// Dying up to here leaves a log without an identity, which Open refuses.
	if err = writeIdentity(dir, id); err != nil {
		return Report{}, err
	}
	report, damage, err := CheckDir(ctx, dir)
	if err == nil && len(damage) > 0 {
		err = fmt.Errorf("%w: %s", eventstore.ErrCorrupt, damage[0])
	}
	return report, err
}

// restoreSeal puts the seal of a backup into what is restored.
func (b Backup) restoreSeal(dir string) error {
	if b.Sealed == nil {
		return nil
	}
	if err := b.Sealed.fits(b.StoreID, b.Events, b.End); err != nil {
		return fmt.Errorf("the seal of the backup: %w", err)
	}
	content, err := b.Sealed.encode()
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, sealName), content)
}

func restoreSegment(ctx context.Context, from, dir string, seg BackupSegment) error {
	source, err := os.Open(filepath.Join(from, logName, filepath.Base(seg.Name))) //nolint:gosec // inside the given directory
	if err != nil {
		return err
	}
	sum, err := copySegment(ctx, source, filepath.Join(dir, logName, filepath.Base(seg.Name)))
	if err == nil && sum != seg.SHA256 {
		err = fmt.Errorf("%w: %s changed while it was copied", eventstore.ErrCorrupt, source.Name())
	}
	return errors.Join(err, source.Close())
}

// makeEmpty makes dir with an empty log in it, and refuses one that has anything in it.
func makeEmpty(dir string) error {
	if found, err := os.ReadDir(dir); err == nil && len(found) > 0 {
		return fmt.Errorf("%w: %s is not empty (it has %s): choose another directory", eventstore.ErrInvalid, dir, found[0].Name())
	}
	return os.MkdirAll(filepath.Join(dir, logName), dirMode) //nolint:gosec,nolintlint // see openOSFile; gosec follows the path every other time
}

// copySegment writes a file, syncs it and returns the hash of what it wrote.
func copySegment(ctx context.Context, from io.Reader, path string) (string, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode) //nolint:gosec // see openOSFile
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.CopyBuffer(io.MultiWriter(f, sum), contextReader{ctx, from}, make([]byte, 1<<20))
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, f.Sync(), f.Close())
}

// contextReader ends with its context.
type contextReader struct {
	ctx  context.Context //nolint:containedctx // lives as long as one copy
	from io.Reader
}

func (r contextReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(b)
}

// verifyCopy reads every byte under dir/log: the hashes of the files, and every record.
func verifyCopy(ctx context.Context, dir string, b Backup) error {
	for _, seg := range b.Segments {
		if err := verifyHash(ctx, filepath.Join(dir, logName, filepath.Base(seg.Name)), seg); err != nil {
			return err
		}
	}
	c := dirCheck{dir: dir, bound: b.End, next: map[streamKey]uint64{}, report: Report{StoreID: b.StoreID}}
	if err := c.run(ctx); err != nil {
		return err
	}
	switch {
	case len(c.found) > 0:
		return fmt.Errorf("%w: %s", eventstore.ErrCorrupt, c.found[0])
	case c.number != b.Events || c.end != b.End || c.report.Segments != len(b.Segments):
		return fmt.Errorf("%w: %s has %d events up to %d in %d segments, %d up to %d in %d were meant",
			eventstore.ErrCorrupt, dir, c.number, c.end, c.report.Segments, b.Events, b.End, len(b.Segments))
	}
	return nil
}

func verifyHash(ctx context.Context, path string, seg BackupSegment) error {
	f, err := os.Open(path) //nolint:gosec // inside the given directory
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.CopyBuffer(sum, contextReader{ctx, f}, make([]byte, 1<<20))
	if err == nil && (uint64(n) != seg.Bytes || hex.EncodeToString(sum.Sum(nil)) != seg.SHA256) { //nolint:gosec // a size is positive
		err = fmt.Errorf("%w: %s isn't what was backed up: its %d bytes have another hash, or %d were written", eventstore.ErrCorrupt, path, n, seg.Bytes)
	}
	return errors.Join(err, f.Close())
}

package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"saldo/eventstore"
)

// lockDir keeps a second writer out for as long as the file is open; the kernel ends it with the process. The file
// holds the writer's process id, for the error message only.
func lockDir(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode) //nolint:gosec // see openOSFile
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := os.ReadFile(path) //nolint:gosec // see openOSFile
		return nil, errors.Join(fmt.Errorf("%w: %s is open for writing in process %s: stop that one, or open the store read-only",
			eventstore.ErrLocked, dir, strings.TrimSpace(string(holder))), f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	// A store opens on a full disk too; all that is lost is the number in the message.
	if err := f.Truncate(0); err == nil {
		_, _ = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	return f, nil
}

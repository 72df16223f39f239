//go:build !linux

package embedded

import "os"

// syncData has no cheaper form that every other system knows.
func syncData(f *os.File) error { return f.Sync() }

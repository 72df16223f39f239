package eventstore

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Position is a place in the global order of one store. It is handed back as it was read: the numbers in it are the
// store's, neither dense nor portable, and only methods and == compare it. The zero value stands before all events.
type Position struct {
	store           string
	commit, prepare uint64
}

// maxStoreIDBytes is the length of a UUID in text.
const maxStoreIDBytes = 36

// NewPosition is for backends only. Those with a single number give it twice; it isn't zero for any event.
func NewPosition(storeID string, commit, prepare uint64) Position {
	return Position{store: storeID, commit: commit, prepare: prepare}
}

// Coordinates is for backends only.
func (p Position) Coordinates() (commit, prepare uint64) { return p.commit, p.prepare }

// StoreID names the store that the position belongs to; empty for the start, which belongs to all.
func (p Position) StoreID() string { return p.store }

// IsStart reports whether p stands before all events.
func (p Position) IsStart() bool { return p == Position{} }

// Compare is -1, 0 or 1 as p stands before, on or behind q. It has a meaning only inside one store.
func (p Position) Compare(q Position) int {
	if c := cmp.Compare(p.commit, q.commit); c != 0 {
		return c
	}
	return cmp.Compare(p.prepare, q.prepare)
}

// Of returns nil if p can be used with the store of that id, otherwise ErrForeignPosition.
func (p Position) Of(storeID string) error {
	if p.IsStart() || p.store == storeID {
		return nil
	}
	return fmt.Errorf("%w: %s was given to store %q", ErrForeignPosition, p, storeID)
}

// String is the form to keep: "start", or the store's id and its number. Texts are parsed to be compared.
func (p Position) String() string {
	switch {
	case p.IsStart():
		return "start"
	case p.commit == p.prepare:
		return p.store + "@" + strconv.FormatUint(p.commit, 10)
	default:
		return fmt.Sprintf("%s@%d/%d", p.store, p.commit, p.prepare)
	}
}

// ParsePosition reads what String wrote, and nothing else. Whether the position belongs to a store, that store says.
func ParsePosition(text string) (Position, error) {
	if text == "start" {
		return Position{}, nil
	}
	bad := fmt.Errorf("%w: %q is no position", ErrInvalid, text)
	store, numbers, found := strings.Cut(text, "@")
	if !found || !ValidStoreID(store) {
		return Position{}, bad
	}
	first, second, pair := strings.Cut(numbers, "/")
	commit, err := strconv.ParseUint(first, 10, 64)
	if err != nil {
		return Position{}, bad
	}
	prepare := commit
	if pair {
		if prepare, err = strconv.ParseUint(second, 10, 64); err != nil {
			return Position{}, bad
		}
	}
	p := Position{store: store, commit: commit, prepare: prepare}
	if p.String() != text { // leading zeros, a sign, a pair of equals: not ours
		return Position{}, bad
	}
	return p, nil
}

// ValidStoreID reports whether id can tag positions: 1 to 36 letters, digits and hyphens.
func ValidStoreID(id string) bool {
	if id == "" || len(id) > maxStoreIDBytes {
		return false
	}
	for _, r := range id {
		letter := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
		if !letter && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"saldo/eventstore"
)

const (
	// firstRetry and longestRetry space out attempts to feed or replace the table while the disk refuses.
	firstRetry   = time.Second
	longestRetry = 30 * time.Second
	// checkpointBytes is what Close leaves to the next Open to read: some 10 ms of it.
	checkpointBytes = 4 << 20
)

// feeder is what the feeding goroutine owns.
type feeder struct {
	serial uint64        // number of the newest table directory
	pause  time.Duration // before the next attempt; 0 when all is well
}

// setAside makes the hot generation a cold one if it is large enough and the one before it has been dealt with. Called
// with mu held.
func (s *Store) setAside() {
	v := &s.view
	if s.lock == nil || len(v.tail.cold) > 0 {
		return
	}
	if hot := v.tail.hot; hot.appends >= s.config.feedAppends || hot.to-hot.from >= s.config.feedBytes {
		s.rotate()
		select {
		case s.hungry <- struct{}{}:
		default: // told already
		}
	}
}

// rotate begins a new hot generation. Called with mu held.
func (s *Store) rotate() {
	t := &s.view.tail
	t.cold = append(append([]*generation{}, t.cold...), t.hot)
	t.hot = newGeneration(t.hot.to, t.hot.number, t.hot.last)
}

// doubt gives a table up that has failed a reader, and has it replaced.
func (s *Store) doubt(t *table, cause error) {
	t.fail(cause)
	select {
	case s.hungry <- struct{}{}:
	default:
	}
}

// feedLoop brings cold generations into the table and replaces a table that was given up. It ends behind the committing
// goroutine. Whatever happens here, the tail has what the table lacks: the log goes on, at the cost of memory.
func (s *Store) feedLoop() {
	defer close(s.fed)
	for {
		var again <-chan time.Time
		var broken <-chan struct{}
		s.mu.RLock()
		table := s.view.table
		s.mu.RUnlock()
		if s.feeder.pause > 0 {
			again = time.After(s.feeder.pause)
		} else if table != nil {
			broken = table.broken
		}
		select {
		case <-s.hungry:
			if s.feeder.pause > 0 {
				continue // not before the pause is over
			}
		case <-again:
		case <-broken:
		case <-s.stopped:
			s.lastFeed()
			return
		}
		if err := s.feed(); err != nil {
			s.feeder.pause = min(max(2*s.feeder.pause, firstRetry), longestRetry)
			continue
		}
		s.feeder.pause = 0
		s.mu.Lock()
		s.setAside() // what has come meanwhile
		s.mu.Unlock()
	}
}

// lastFeed spares the next Open some reading.
func (s *Store) lastFeed() {
	s.mu.Lock()
	from := s.view.tail.hot.from
	if len(s.view.tail.cold) > 0 {
		from = s.view.tail.cold[0].from
	}
	if s.view.tail.hot.to-from < checkpointBytes || s.view.table == nil || s.view.table.failure() != nil {
		s.mu.Unlock()
		return
	}
	s.rotate()
	s.mu.Unlock()
	_ = s.feed() // the next Open reads more, that is all
}

// feed brings the cold generations into the table, or the log into a new one if that was given up or isn't there yet:
// a log that fits into the tail has none.
func (s *Store) feed() error {
	s.mu.RLock()
	table, cold := s.view.table, s.view.tail.cold
	s.mu.RUnlock()
	if table == nil || table.failure() != nil {
		return s.replaceTable()
	}
	if len(cold) == 0 {
		return nil
	}
	last := cold[len(cold)-1]
	m := s.marker(last.to, last.number, last.last)
	if err := table.ingest(entries(cold), m); err != nil {
		return err
	}
	table.mark = m
	s.mu.Lock()
	defer s.mu.Unlock()
	// Readers that begin now find in the table what this takes from the tail; those that began before hold what they saw.
	s.view.tail.cold = s.view.tail.cold[len(cold):]
	return nil
}

func (s *Store) marker(offset, number, last uint64) marker {
	return marker{
		Format: tableFormat, StoreID: s.identity.StoreID, Incarnation: s.identity.Incarnation, Salt: s.salt,
		Offset: offset, Number: number, Last: last,
	}
}

// replaceTable makes a new table from the log, beside the old one, which goes on answering as long as it can.
func (s *Store) replaceTable() error {
	s.mu.Lock()
	if len(s.view.tail.cold) == 0 {
		s.rotate()
	}
	cold, old := s.view.tail.cold, s.view.table
	last := cold[len(cold)-1]
	v := s.view.until(last.to, last.number, last.last)
	s.mu.Unlock()
	s.feeder.serial++
	fresh, err := openTable(filepath.Join(s.config.Dir, tableName(s.feeder.serial)), s.config.tableFS)
	if err == nil {
		if err = s.fill(fresh, &v); err != nil {
			err = errors.Join(err, fresh.close())
		}
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(filepath.Join(s.config.Dir, tableName(s.feeder.serial)))) //nolint:gosec // see openOSFile
	}
	s.mu.Lock()
	s.view.table, s.view.tail.cold = fresh, s.view.tail.cold[len(cold):]
	s.mu.Unlock()
	if old == nil {
		return nil
	}
	_ = old.close()
	return os.RemoveAll(old.path) //nolint:gosec // see openOSFile
}

// fill brings all of v into an empty table.
func (s *Store) fill(t *table, v *view) error {
	part := newGeneration(segmentHeaderBytes, 0, 0)
	flush := func() error {
		m := s.marker(part.to, part.number, part.last)
		err := t.ingest(entries([]*generation{part}), m)
		t.mark = m
		part = newGeneration(part.to, part.number, part.last)
		return err
	}
	err := s.scanView(context.Background(), v, segmentHeaderBytes, func(r record) (bool, error) {
		select {
		case <-s.closing:
			return false, eventstore.ErrClosed
		default:
		}
		if err := part.add(keyOf(s.salt, string(r.stream)), r); err != nil {
			return false, err
		}
		if part.appends < s.config.feedAppends && part.to-part.from < s.config.feedBytes {
			return true, nil
		}
		return true, flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// attachTable is Open's: it takes the newest table of the directory if that can be believed, and removes all others.
func (s *Store) attachTable() error {
	names, err := tables(s.config.Dir)
	if err != nil {
		return err
	}
	for i, name := range names {
		path := filepath.Join(s.config.Dir, name)
		_, err := fmt.Sscanf(name, tablePrefix+"%d", &s.feeder.serial)
		if err == nil && i == len(names)-1 && s.adopt(path) {
			return nil
		}
		if err := os.RemoveAll(path); err != nil { //nolint:gosec // see openOSFile
			return err
		}
	}
	return nil
}

// adopt takes a table if it is of this store, of this incarnation and in a form that is known here.
func (s *Store) adopt(path string) bool {
	t, err := openTable(path, s.config.tableFS)
	if err != nil {
		return false
	}
	m := t.mark
	if m.Format != tableFormat || m.StoreID != s.identity.StoreID || m.Incarnation != s.identity.Incarnation || m.Number == 0 {
		_ = t.close()
		return false
	}
	s.view.table, s.salt = t, m.Salt
	return true
}

// Index tells how the stream index stands.
type Index struct {
	End     uint64 // logical offset where the log ends
	Indexed uint64 // up to where the table on disk has it; the tail in memory has the rest
	Err     error  // why the table was given up; nil while it works, or there is none
}

// Index tells how the stream index stands, for those who watch a store.
func (s *Store) Index() Index {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i := Index{End: s.view.end, Indexed: s.view.tail.hot.from}
	if len(s.view.tail.cold) > 0 {
		i.Indexed = s.view.tail.cold[0].from
	}
	if s.view.table != nil {
		i.Err = s.view.table.failure()
	}
	return i
}

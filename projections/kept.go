package projections

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"saldo/domain"
)

// keeping says how sums are kept whose past can be asked: values under keys in a table, and what they were at marks in a
// second one, whose name ends in _past and whose key ends in mark.
type keeping[K comparable, V any] struct {
	name         string
	events       []domain.EventName // types of the events that change the sums: others behind a mark are not even decoded
	keyColumns   []string
	valueColumns []string
	key          func(*K) []any // pointers, in the order of keyColumns
	values       func(*V) []any // pointers, in the order of valueColumns
	less         func(a, b K) int
}

// kept is such sums while events are folded.
type kept[K comparable, V any] struct {
	now  *table[K, keptRow[K, V]]
	past *table[keptMark[K], keptPast[K, V]]
	f    *fold
}

type keptRow[K comparable, V any] struct {
	key   K
	value V
}

// keptMark is a key at a mark.
type keptMark[K comparable] struct {
	key  K
	mark int64
}

// keptPast is what a key held before the first event behind a mark, where the events up to the next mark changed it.
type keptPast[K comparable, V any] struct {
	keptMark[K]
	value V
}

func newKept[K comparable, V any](f *fold, k keeping[K, V]) *kept[K, V] {
	return &kept[K, V]{
		f: f,
		now: newTable(f, k.name, k.less, func(key K) keptRow[K, V] { return keptRow[K, V]{key: key} },
			func(r *keptRow[K, V]) []any { return append(k.key(&r.key), k.values(&r.value)...) }),
		past: newTable(f, k.name+"_past", func(a, b keptMark[K]) int { return cmp.Or(k.less(a.key, b.key), cmp.Compare(a.mark, b.mark)) },
			func(m keptMark[K]) keptPast[K, V] { return keptPast[K, V]{keptMark: m} },
			func(r *keptPast[K, V]) []any { return append(append(k.key(&r.key), &r.mark), k.values(&r.value)...) }),
	}
}

// edit returns a value to be changed; what it was at the mark before the event is kept first.
func (t *kept[K, V]) edit(k K) *V {
	mark := t.f.mark()
	before := t.now.entry(k)
	first := before == nil || before.last < mark // since the mark: what it held there is not noted yet
	row := t.now.edit(k)
	if first {
		t.past.insert(keptMark[K]{k, mark}).value = row.value
	}
	return &row.value
}

// theHead is a mark behind all events.
const theHead = math.MaxInt64

// query reads all keys that had been touched by a mark, with what they held there: one look into the past for each key,
// however long the log is.
func (k keeping[K, V]) query() string {
	same := make([]string, len(k.keyColumns))
	columns := make([]string, 0, len(k.keyColumns)+len(k.valueColumns))
	for i, c := range k.keyColumns {
		same[i] = "p." + c + " = n." + c
		columns = append(columns, "n."+c)
	}
	past := " FROM " + k.name + "_past p WHERE " + strings.Join(same, " AND ") + " AND p.mark "
	for _, c := range k.valueColumns {
		columns = append(columns, "COALESCE((SELECT p."+c+past+">= ?1 ORDER BY p.mark LIMIT 1), n."+c+")")
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + k.name + " n WHERE EXISTS (SELECT 1" + past + "< ?1)"
}

// atMark reads what was kept at a mark.
func (k keeping[K, V]) atMark(v *View, mark int64) (map[K]*V, error) {
	rows, err := v.tx.QueryContext(v.ctx, k.query(), mark)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", k.name, err)
	}
	defer rows.Close()
	out := map[K]*V{}
	for rows.Next() {
		var key K
		value := new(V)
		if err := rows.Scan(append(k.key(&key), k.values(value)...)...); err != nil {
			return nil, fmt.Errorf("read %s: %w", k.name, err)
		}
		out[key] = value
	}
	return out, rows.Err()
}

// at reads what was kept when the log stood at a place: what stands at the mark before it, and the events in between, which
// again folds as the model does. The cost is that of the events between two marks, however old the place is.
func (k keeping[K, V]) at(v *View, p Place, again func(e domain.Recorded, edit func(K) *V) error) (map[K]*V, error) {
	if p.Number == v.Number {
		return k.atMark(v, theHead)
	}
	out, err := k.atMark(v, int64(markOf(p.Number))) //nolint:gosec // far below 2^63
	if err != nil {
		return nil, err
	}
	edit := func(key K) *V {
		value, ok := out[key]
		if !ok {
			value = new(V)
			out[key] = value
		}
		return value
	}
	for e, err := range v.sinceMark(p, k.events) {
		if err != nil {
			return nil, err
		}
		if err := again(e, edit); err != nil {
			return nil, err
		}
	}
	return out, nil
}

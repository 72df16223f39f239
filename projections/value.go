package projections

import (
	"time"

	"saldo/domain"
)

// instant is a time in a column: microseconds since 1970, UTC; 0 says that there is none.
type instant int64

func at(t time.Time) instant {
	if t.IsZero() {
		return 0
	}
	return instant(t.UnixMicro())
}

func atMaybe(t *time.Time) instant {
	if t == nil {
		return 0
	}
	return at(*t)
}

// Time is nil where there is none.
func (i instant) time() *time.Time {
	if i == 0 {
		return nil
	}
	return new(time.UnixMicro(int64(i)).UTC())
}

// rupiah is an amount in a column. The domain admits 18 digits, which an INTEGER holds.
type rupiah int64

func rp(m domain.Money) rupiah { return rupiah(m.Decimal().IntPart()) }

func (r rupiah) money() domain.Money { return domain.Rupiah(int64(r)) }

// wibDay is a day in Western Indonesian Time as YYYY-MM-DD: the day that every daily total is of.
func wibDay(t time.Time) string { return t.In(domain.WIB()).Format(time.DateOnly) }

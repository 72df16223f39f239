package words

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Rupiah writes an amount in rupiah: "Rp1.000.000" in Indonesian, "Rp1,000,000"
// in English, "-Rp600.000" when negative. There is never a space in it. The
// minus is the ASCII hyphen, which a spreadsheet still reads as a sign. Nothing is
// rounded: an amount with a fraction keeps every digit of it, padded to
// two ("Rp150.000,50"), and a whole amount shows none.
func Rupiah(d decimal.Decimal, l Lang) string {
	return string(appendRupiah(make([]byte, 0, 24), d, l))
}

// Count writes a number of things, grouped by thousands: "1.204" in Indonesian,
// "1,204" in English, "-1.204" when negative. Not for years or reference
// numbers, which are not grouped.
func Count(n int, l Lang) string {
	return string(appendCount(make([]byte, 0, 24), n, l))
}

func appendRupiah(b []byte, d decimal.Decimal, l Lang) []byte {
	digits, negative := strings.CutPrefix(d.String(), "-")
	if negative {
		b = append(b, '-')
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	b = append(b, "Rp"...)
	b = appendGrouped(b, whole, l)
	if fraction == "" {
		return b
	}
	if l == EN {
		b = append(b, '.')
	} else {
		b = append(b, ',')
	}
	b = append(b, fraction...)
	if len(fraction) == 1 {
		b = append(b, '0')
	}
	return b
}

func appendCount(b []byte, n int, l Lang) []byte {
	var scratch [20]byte // the longest int64 with its sign
	digits := strconv.AppendInt(scratch[:0], int64(n), 10)
	if digits[0] == '-' {
		b = append(b, '-')
		digits = digits[1:]
	}
	return appendGrouped(b, digits, l)
}

// appendGrouped appends decimal digits with the thousands mark of l between
// groups of three.
func appendGrouped[S string | []byte](b []byte, digits S, l Lang) []byte {
	mark := byte('.')
	if l == EN {
		mark = ','
	}
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, mark)
		}
		b = append(b, digits[i])
	}
	return b
}

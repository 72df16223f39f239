package domain

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestReferenceNumberIsReadAsPeopleWriteIt(t *testing.T) {
	for i := range 200 {
		want := ReferenceNumber(uuid.NewSHA1(uuid.Nil, []byte{byte(i)}))
		for _, typed := range []string{want, strings.ToLower(want), strings.ReplaceAll(want, "-", ""), strings.NewReplacer("0", "O", "1", "l", "-", " ").Replace(want)} {
			got, err := ParseReferenceNumber(typed)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
	for _, s := range []string{"", "7Q4M", "7Q4M-2K9D-0ABC-5-5", "7Q4M-2K9D-0ABU-5", "ÄQ4M-2K9D-0ABC-5"} {
		_, err := ParseReferenceNumber(s)
		require.Error(t, err, s)
	}
}

// The check character must notice what goes wrong on the phone: one wrong character, or two neighbours swapped.
func TestReferenceNumberNoticesSlips(t *testing.T) {
	number := ReferenceNumber(uuid.NewSHA1(uuid.Nil, []byte("slip")))
	plain := []byte(strings.ReplaceAll(number, "-", ""))
	for i := range plain {
		for _, c := range []byte(rujukanAlphabet) {
			wrong := append([]byte{}, plain...)
			if wrong[i] == c {
				continue
			}
			wrong[i] = c
			_, err := ParseReferenceNumber(string(wrong))
			require.Error(t, err, "%s for %s", wrong, plain)
		}
		if i > 0 && plain[i] != plain[i-1] {
			swapped := append([]byte{}, plain...)
			swapped[i], swapped[i-1] = swapped[i-1], swapped[i]
			_, err := ParseReferenceNumber(string(swapped))
			require.Error(t, err, "%s for %s", swapped, plain)
		}
	}
}

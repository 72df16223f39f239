package eventstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func TestPositionText(t *testing.T) {
	for _, text := range []string{"start", "a@1", "store-7@18446744073709551615", "a@5/4"} {
		p, err := eventstore.ParsePosition(text)
		require.NoError(t, err)
		require.Equal(t, text, p.String())
	}
	for _, text := range []string{"", "Start", "a", "@1", "a@", "a@x", "a@-1", "a@+1", "a@01", "a@5/5", "a@5/", "a b@1", "a@1 ", "a@18446744073709551616", "a@1@2"} {
		_, err := eventstore.ParsePosition(text)
		require.ErrorIs(t, err, eventstore.ErrInvalid, "%q", text)
	}
}

func TestPositionOrder(t *testing.T) {
	rising := []eventstore.Position{
		{}, eventstore.NewPosition("a", 1, 1), eventstore.NewPosition("a", 9, 2), eventstore.NewPosition("a", 9, 9), eventstore.NewPosition("a", 10, 0),
	}
	for i, p := range rising {
		for j, q := range rising {
			switch {
			case i < j:
				require.Equal(t, -1, p.Compare(q))
			case i > j:
				require.Equal(t, 1, p.Compare(q))
			default:
				require.Equal(t, 0, p.Compare(q))
			}
		}
	}
	require.NoError(t, rising[1].Of("a"))
	require.NoError(t, rising[0].Of("b"))
	require.ErrorIs(t, rising[1].Of("b"), eventstore.ErrForeignPosition)
}

func TestExpected(t *testing.T) {
	require.False(t, eventstore.Expected{}.Known())
	require.False(t, eventstore.At(eventstore.End).Known())
	require.Equal(t, uint64(0), eventstore.NoStream().Next())
	revision, ok := eventstore.At(7).Revision()
	require.True(t, ok)
	require.Equal(t, uint64(7), revision)
	_, ok = eventstore.NoStream().Revision()
	require.False(t, ok)
}

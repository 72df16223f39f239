package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
)

// TestClosePeriod closes August in a real ledger: prepared by one, approved by another, certified by position. A fact that
// comes later with a date in August is listed, and changes nothing that was certified.
func TestClosePeriod(t *testing.T) {
	s, c, w := small(t, memoryStore(t), 2)
	_, err := s.Execute(t.Context(), purchase("buy", c.add(time.Hour), buyer(w, 1), "INV-1"))
	require.NoError(t, err)
	c.set(time.Date(2020, 9, 2, 3, 0, 0, 0, time.UTC))
	_, err = s.Execute(t.Context(), purchase("buy-2", c.add(time.Hour), buyer(w, 2), "INV-2")) // of September
	require.NoError(t, err)

	draft, err := s.DraftClosing(t.Context(), "2020-08", nil)
	require.NoError(t, err)
	require.False(t, draft.Proposed)
	all := logOf(t, s)
	require.Equal(t, uint64(len(all)-1), draft.Books.Events, "what was recorded in September is left out")
	pack := policy(t).Entitlement.Package()
	require.Equal(t, times(pack, 2).Total().Sub(domain.Rupiah(350_000)).String(), draft.Books.Left().Total().String())
	require.Equal(t, "350000", draft.Books.Total(domain.PurseTraining).Spent.String())

	one, two := actor(domain.PartyProgramme, 1), actor(domain.PartyProgramme, 2)
	at := draft.Books.Events
	_, err = s.ApproveClosing(t.Context(), "2020-08", &at, two)
	require.ErrorIs(t, err, api.ErrNotPrepared)
	why := domain.Authority{Kind: domain.AuthorityDecree, Number: "SK-12/2020", Date: domain.NewDate(2020, 9, 2)}
	prepared, err := s.PrepareClosing(t.Context(), "2020-08", nil, one, why)
	require.NoError(t, err)
	require.Equal(t, one.ID, *prepared.ProposedBy)
	_, err = s.ApproveClosing(t.Context(), "2020-08", &at, one)
	require.ErrorIs(t, err, api.ErrRefused, "the same person")
	other := at - 1
	_, err = s.ApproveClosing(t.Context(), "2020-08", &other, two)
	require.ErrorIs(t, err, api.ErrNotPrepared, "another position is another closing")
	closed, err := s.ApproveClosing(t.Context(), "2020-08", &at, two)
	require.NoError(t, err)
	require.NotNil(t, closed.Closed)
	require.Equal(t, draft.Books, closed.Books)
	again, err := s.ApproveClosing(t.Context(), "2020-08", &at, two)
	require.NoError(t, err, "the same approval again is the same closing")
	require.Equal(t, closed.Closed, again.Closed)

	inAugust := time.Date(2020, 8, 31, 3, 0, 0, 0, time.UTC)
	late := command("late", c.add(time.Hour), domain.RecordVoucherIssued{OnParticipant: buyer(w, 1), VoucherBody: domain.VoucherBody{Platform: "platform-a", Invoice: "INV-1", LastFour: "AB12"}})
	late.Effective = &inAugust
	out, err := s.Execute(t.Context(), late)
	require.NoError(t, err)
	list, err := s.Closings(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.True(t, list[0].Agrees)
	require.Equal(t, one.ID, *list[0].PreparedBy)
	require.Equal(t, two.ID, *list[0].ApprovedBy)
	require.Len(t, list[0].Late, 1)
	require.Equal(t, out.Event().Ref(), list[0].Late[0].Event)
	require.Equal(t, draft.Books.Root, string(list[0].Digest))
	sound(t, s)

	_, err = s.PrepareClosing(t.Context(), "2020-8x", nil, one, why)
	require.Error(t, err)
}

// The signs of life of nodes lie in the same store and are in no audit: its positions and digests are those of the ledger.
func TestAuditsLeaveHeartbeatsOut(t *testing.T) {
	t.Parallel()
	store := memoryStore(t)
	s, c, w := small(t, store, 2)
	beat := func(n byte) {
		at := eventstore.NoStream()
		if n > 0 {
			at = eventstore.At(uint64(n) - 1)
		}
		_, err := store.Append(t.Context(), "node-a", at, eventstore.EventData{ID: [16]byte{1, n}, Type: "NodeHeartbeat", JSON: true, Data: []byte(`{}`)})
		require.NoError(t, err)
	}
	beat(0)
	_, err := s.Execute(t.Context(), purchase("buy", c.add(time.Hour), buyer(w, 1), "INV-1"))
	require.NoError(t, err)
	beat(1)
	books, err := s.Books(t.Context(), api.Bound{})
	require.NoError(t, err)
	digest, err := s.Digest(t.Context(), nil, nil)
	require.NoError(t, err)
	require.Equal(t, digest.Number, books.Events)
	require.Equal(t, digest.Root, books.Root)
	again, err := s.Redecide(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, digest.Number, again.Events)
	require.Equal(t, digest.Root, again.Root)
}

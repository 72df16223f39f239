package api_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/domain"
)

// The programme's own totals, by running the ledger: wave 1 of April 2020 and wave 2 (domain.md), and the revocations of those
// who had bought nothing by their deadline.
const (
	waveOne      = 168_111
	waveTwo      = 288_154
	withoutFirst = 189_436
)

// share is a part of the people where time is short.
func share(n int) int {
	if raceEnabled || testing.Short() {
		return n / 100
	}
	return n
}

// total scales a total of the programme down to the share that is run.
func total(tb testing.TB, people int, official string) string {
	tb.Helper()
	p := policy(tb)
	require.Equal(tb, official, p.Entitlement.Package().Total().Times(people).String(), "the programme's own figure")
	return p.Entitlement.Package().Total().Times(share(people)).String()
}

// runAll executes commands as a bulk and adds their postings up on the way: what the ledger says while it runs.
func runAll(t *testing.T, s *api.Service, sums map[domain.Account]domain.Money, cmds iter.Seq[domain.Command]) {
	t.Helper()
	err := s.ExecuteAll(context.Background(), cmds, 64, func(i int, o api.Outcome, err error) error {
		if err == nil && o.Refused() {
			err = fmt.Errorf("refused: %s", o.Event().Data)
		}
		for _, e := range o.Events {
			for _, p := range domain.PostingsOf(e) {
				sums[p.Account] = sums[p.Account].Add(p.Amount)
			}
		}
		return err
	})
	require.NoError(t, err)
}

func account(rep api.CheckReport, name domain.Account) string {
	for _, b := range rep.Balances {
		if b.Account == name {
			return b.Amount.String()
		}
	}
	return "0"
}

func determined(t *testing.T, sums map[domain.Account]domain.Money, waves ...wave) (*api.Service, *clock) {
	t.Helper()
	store := memoryStore(t)
	c := newClock()
	s := open(t, store, c)
	execute(t, s, c, programme(t, waves...))
	p := policy(t)
	pack, at := p.Entitlement.Package(), c.add(2*time.Second)
	runAll(t, s, sums, func(yield func(domain.Command) bool) {
		for _, w := range waves {
			for n := 1; n <= w.people; n++ {
				if !yield(determination(at, w, n, pack)) || !yield(credit(at, w, n, pack)) {
					return
				}
			}
		}
	})
	return s, c
}

func TestTotalsOfWavesOneAndTwo(t *testing.T) {
	sums := map[domain.Account]domain.Money{}
	s, _ := determined(t, sums, wave{1, share(waveOne)}, wave{2, share(waveTwo)})
	rep := sound(t, s)
	first, both := total(t, waveOne, "596794050000"), total(t, waveOne+waveTwo, "1619740750000")
	if share(waveOne)+share(waveTwo) != share(waveOne+waveTwo) { // rounding of a sample
		both = domain.Rupiah(3_550_000).Times(share(waveOne) + share(waveTwo)).String()
	}
	require.Len(t, rep.Decrees, 2)
	require.Equal(t, first, rep.Decrees[0].Committed.Total().String(), "committed to wave 1")
	require.Equal(t, first, rep.Decrees[0].Credited.Total().String(), "and transferred")
	sum := rep.Decrees[0].Credited.Total().Add(rep.Decrees[1].Credited.Total())
	require.Equal(t, both, sum.String(), "transferred to waves 1 and 2")
	purses := domain.Money{}
	for _, b := range rep.Balances {
		if len(b.Account) > 3 && b.Account[:3] == "va." {
			purses = purses.Add(b.Amount)
		}
	}
	require.Equal(t, both, purses.String(), "in the purses")
	require.Equal(t, "-"+both, account(rep, domain.StateTreasury), "from the treasury")
	require.Equal(t, "0", account(rep, domain.FundAccount(fundYear)), "through the fund")
	require.Equal(t, "0", account(rep, domain.MemoCommitment), "nothing is promised any more")
}

func TestTotalOfRevocationsWithoutAPurchase(t *testing.T) {
	w := wave{3, share(withoutFirst)}
	sums := map[domain.Account]domain.Money{}
	s, c := determined(t, sums, w)
	official := total(t, withoutFirst, "672497800000")
	c.add(2 * time.Second)
	execute(t, s, c, []domain.Command{command("deadline", c.Now(), domain.SetFirstPurchaseDeadline{DeadlineBody: domain.DeadlineBody{
		Wave: w.number, Deadline: domain.NewDate(2020, 9, 1),
	}})})
	c.set(domain.NewDate(2020, 9, 2).Start().Add(time.Hour))
	runAll(t, s, sums, func(yield func(domain.Command) bool) {
		for n := 1; n <= w.people; n++ {
			if !yield(command(fmt.Sprint("revoke-", n), c.Now(), domain.RevokeParticipation{OnParticipant: buyer(w, n), RevocationBody: domain.RevocationBody{Cause: domain.NoFirstPurchase}})) {
				return
			}
		}
	})
	// What was paid out of the fund came back to it, purse by purse.
	require.Equal(t, "0", sums[domain.FundAccount(fundYear)].String(), "everything is back in the programme fund")
	for _, purse := range []domain.Purse{domain.PurseTraining, domain.PurseJobSearch, domain.PurseSurvey} {
		require.Equal(t, "0", sums[domain.PurseAccount(purse)].String())
	}

	amount, err := domain.ParseMoney(official)
	require.NoError(t, err)
	execute(t, s, c, []domain.Command{command("return", c.add(time.Hour), domain.ReturnFunds{OnFund: domain.OnFund{Year: fundYear}, FundsOutBody: domain.FundsOutBody{
		Reference: "NTPN-1", Amount: amount, Currency: domain.IDR,
	}})})
	rep := sound(t, s)
	require.Equal(t, official, rep.Decrees[0].Credited.Total().String(), "had been credited")
	require.Equal(t, "0", account(rep, domain.FundAccount(fundYear)), "and returned by the fund")
	require.Equal(t, "0", account(rep, domain.StateTreasury), "and all of it back with the state")
}

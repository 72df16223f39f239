package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"saldo/api"
	"saldo/domain/words"
	"saldo/eventstore"
	"saldo/eventstore/embedded"
)

// The steps of a final copy, in order. Behind each of them the program may die, and the same command goes on; at none do
// both ledgers take events. Tests die at each.
const (
	stepLocked   = "locked"   // nobody else can append to the source
	stepMarked   = "marked"   // nobody but this command can open the target
	stepCopied   = "copied"   // the target has all events; only the source can go on
	stepSealed   = "sealed"   // the source takes no more events, for ever: neither can go on
	stepVerified = "verified" // both digests agree
	stepFinished = "finished" // only the target can go on
)

// reached is where tests stop the program.
func (a *app) reached(step string) {
	if a.atStep != nil {
		a.atStep(step)
	}
}

// finalCopy is a ledger on its way to the place where it goes on.
type finalCopy struct {
	*copier
	source *embedded.Store
	target *embedded.Store // nil if it is a server, which can't be shut to others from here
	id     string          // the target's
}

// runFinalCopy moves a ledger: it copies what the target lacks, seals the source, verifies, and lets the target go on.
func (a *app) runFinalCopy(ctx context.Context, source, target place) (err error) {
	if source.server {
		return usage(fmt.Sprintf(a.t("--final: %s adalah peladen, dan peladen tidak dapat disegel dari sini", "--final: %s is a server, and a server can't be sealed from here"), source),
			a.t("kalau itu saldo wire, hentikan dan pakai direktori datanya: --from DIR; kalau bukan, cabut hak tulis semua node di peladennya lalu salin tanpa --final",
				"if it is saldo wire, stop it and give its data directory: --from DIR; otherwise take the right to write from all nodes at the server, then copy without --final"))
	}
	b := a.dirApp(target.text)
	src, sealed, err := a.openToSeal(ctx, source)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	a.reached(stepLocked)
	if seal, is := sealed.Sealed(); is && !target.server && b.mustStand() != nil { // make nothing that can't be the target
		return a.sealedProblem(source.text, seal)
	}
	dst, err := a.openLogToCopy(ctx, target, src, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	f := &finalCopy{source: sealed}
	f.target, _ = dst.Store.(*embedded.Store)
	named, ok := dst.Store.(eventstore.Identified)
	if !ok {
		return usage("--to", "") // can't be: both kinds name themselves
	}
	f.id, _ = named.Identity()
	f.copier = &copier{a: a, from: src, to: dst, bar: a.progress(a.t("menyalin", "copying"), a.eventsOf(ctx, src), true, false)}
	if done, before := f.finishedBefore(ctx); before != nil || done {
		f.bar.end()
		return before
	}
	if target.server {
		a.talk(a.t("catatan: %s tidak dapat ditahan dari sini; jangan beri alamatnya kepada node mana pun sebelum perintah ini selesai",
			"note: %s can't be held back from here; give no node its address before this command has ended"), target)
	}
	f.begin = f.mark
	err = f.run(ctx)
	f.bar.end()
	if err != nil {
		return f.problem(ctx, err)
	}
	return f.conclude(ctx)
}

// openToSeal opens the source for itself alone: what still appends to it must end first.
func (a *app) openToSeal(ctx context.Context, p place) (*openLog, *embedded.Store, error) {
	b := a.dirApp(p.text)
	if err := b.mustStand(); err != nil {
		return nil, nil, err
	}
	file, _, err := readLedgerFile(p.text)
	if err != nil {
		return nil, nil, err
	}
	store, err := embedded.Open(ctx, embedded.Config{Dir: p.text, Now: a.clock, NewID: a.newID})
	if errors.Is(err, eventstore.ErrLocked) {
		return nil, nil, &problem{
			code: exitUnavailable, what: p.text, cause: err,
			cure: a.t("salinan terakhir memerlukan sumbernya sendirian: hentikan penulisnya (sebelum itu, saldo copy tanpa --final membawa sebagian besar)",
				"a final copy needs the source for itself: stop who writes to it (before that, saldo copy without --final brings most of it)"),
		}
	}
	if err != nil {
		return nil, nil, b.damaged(ctx, err)
	}
	return &openLog{Store: store, at: p, file: file}, store, nil
}

// finishedBefore looks at what an earlier run left: a move that has ended is said again, though its target may have gone
// on since. A source that was sealed for another store is refused.
func (f *finalCopy) finishedBefore(ctx context.Context) (bool, error) {
	seal, is := f.source.Sealed()
	if !is {
		return false, nil
	}
	if seal.ToStoreID != f.id {
		return false, f.a.sealedProblem(f.from.at.text, seal)
	}
	if f.target != nil {
		if _, unfinished, err := f.target.Unfinished(); err != nil || unfinished {
			return false, err
		}
	}
	want, err := f.a.digestOf(ctx, f.from, seal.Events)
	if err != nil {
		return false, err
	}
	got, err := f.a.digestOf(ctx, f.to, seal.Events)
	switch {
	case err != nil:
		return false, err
	case got != want && f.target == nil && got.Number < want.Number:
		return false, nil // a server doesn't say that it is unfinished
	case got != want:
		return false, f.a.digestsDiffer(want, got)
	}
	f.a.talk(f.a.t("sudah selesai sebelumnya: %s disegel sejak %s, %s yang berlanjut", "finished before: %s is sealed since %s, %s goes on"),
		f.from.at, f.a.moment(seal.SealedAt), f.to.at)
	return true, f.a.printDigest(want)
}

// mark shuts the target to everybody else, before the first event comes.
func (f *finalCopy) mark() error {
	if f.target == nil {
		return nil
	}
	id, _ := f.source.Identity()
	from, err := filepath.Abs(f.from.at.text)
	if err == nil {
		err = f.target.BeginMove(from, id)
	}
	if err != nil {
		return placedAt(f.to, err)
	}
	f.a.reached(stepMarked)
	return nil
}

// conclude is everything behind the copying. What is refused up to the seal leaves the source as it was.
func (f *finalCopy) conclude(ctx context.Context) error {
	if f.copied == 0 { // not marked on the way
		if err := f.mark(); err != nil {
			return f.problem(ctx, err)
		}
	}
	f.a.reached(stepCopied)
	to := f.to.at.String()
	if !f.to.at.server {
		var err error
		if to, err = filepath.Abs(f.to.at.text); err != nil {
			return err
		}
	}
	seal, err := f.source.Seal(ctx, to, f.id)
	if err != nil {
		return f.problem(ctx, placedAt(f.from, err))
	}
	f.a.reached(stepSealed)
	if seal.Events != f.there+f.copied { // can't be: nobody else has the source
		return placedAt(f.from, fmt.Errorf("%w: sealed behind event %d, copied were %d", eventstore.ErrCorrupt, seal.Events, f.there+f.copied))
	}
	digest, err := f.a.compareDigests(ctx, f.copier)
	if err == nil {
		err = f.a.takeLedgerFile(f.copier)
	}
	if err != nil {
		return f.problem(ctx, err)
	}
	f.a.reached(stepVerified)
	if f.target != nil {
		if err = f.target.EndMove(); err != nil {
			return f.problem(ctx, placedAt(f.to, err))
		}
	}
	f.a.reached(stepFinished)
	f.a.talk(f.a.t("%d peristiwa disalin ke %s, %d sudah ada di sana; akar digest keduanya sama\n%s disegel: ia tidak menerima peristiwa lagi; buku besarnya berlanjut di %s",
		"%d events copied to %s, %d were there already; the roots of both digests agree\n%s is sealed: it takes no more events; the ledger goes on in %s"),
		f.copied, f.to.at, f.there, f.from.at, f.to.at)
	return f.a.printDigest(digest)
}

// sealedProblem says where a sealed ledger went.
func (a *app) sealedProblem(dir string, seal embedded.Seal) error {
	return &problem{
		code: exitConflict,
		what: fmt.Sprintf(a.t("%s disegel sejak %s: peristiwa baru hanya di %s (penyimpanan %s)", "%s is sealed since %s: new events go to %s only (store %s)"),
			dir, a.moment(seal.SealedAt), seal.To, seal.ToStoreID),
		cure: a.t("tulis ke sana; membaca di sini tetap bisa", "write there; reading here goes on"),
	}
}

// sealNote is one line about a store that is sealed, "" about any other.
func (a *app) sealNote(store eventstore.Store) string {
	embeddedStore, ok := store.(*embedded.Store)
	if !ok {
		return ""
	}
	seal, is := embeddedStore.Sealed()
	if !is {
		return ""
	}
	return fmt.Sprintf(a.t("disegel sejak %s sesudah %s peristiwa; buku besarnya berlanjut di %s", "sealed since %s after %s events; the ledger goes on in %s"),
		a.moment(seal.SealedAt), words.Count(int(seal.Events), a.lang), seal.To) //nolint:gosec // far below 2^63
}

func (a *app) moment(t time.Time) string { return words.Moment(t, a.zone, a.lang) }

// digestsDiffer says that a copy is none.
func (a *app) digestsDiffer(want, got api.DigestReport) error {
	return &problem{
		code: exitVerify, what: fmt.Sprintf(a.t("akar digest sumber %s atas %d peristiwa, tujuan %s atas %d", "the source's root is %s over %d events, the target's %s over %d"),
			want.Root, want.Number, got.Root, got.Number),
		cure: a.t("jangan pakai tujuan itu: apakah ada lagi yang menulis ke sana?", "don't use that target: is somebody else writing to it?"),
	}
}

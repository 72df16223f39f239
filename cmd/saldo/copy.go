package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
	"saldo/eventstore/embedded"
	"saldo/eventstore/esdb"
)

const (
	// batchGroups and batchBytes bound what is handed to a store at once: one synced write carries many groups.
	batchGroups = 512
	batchBytes  = 1 << 20
	// firstPause is doubled between the attempts to append to a server.
	firstPause = 100 * time.Millisecond
)

func (a *app) copyCommand() *cobra.Command {
	var from, to string
	var final bool
	c := &cobra.Command{
		Use:   "copy",
		Short: a.t("Salin seluruh buku besar ke penyimpanan lain", "Copy the whole ledger into another store"),
		Long: a.t(`DARI dan KE masing-masing direktori data atau esdb://… (EventStoreDB, KurrentDB, saldo wire).
Disalin dalam urutan buku besar dan kelompok utuh; id, revisi, jenis dan bita tetap. Kalau terputus, perintah
yang sama melanjutkan: yang sudah ada di tujuan dibandingkan dulu bita demi bita dengan awal sumbernya.
Di akhir, akar digest keduanya harus sama. Selama disalin, hanya perintah ini yang boleh menulis ke tujuan;
sumbernya boleh bertambah: yang sesudah permulaan dibawa oleh perintah yang sama berikutnya.

--final memindahkan buku besar: sumbernya (sebuah direktori data, tanpa penulis lain) disalin sampai habis, disegel untuk
selamanya, dan baru sesudah kedua digest sama tujuannya dapat dibuka; sampai saat itu ia menolak siapa pun. Kalau terputus,
perintah yang sama melanjutkan. Sumber yang disegel tetap dapat dibaca. Peladen tujuan tidak dapat ditahan dari sini.`,
			`FROM and TO are a data directory or esdb://… (EventStoreDB, KurrentDB, saldo wire) each.
Copied are whole groups in the order of the ledger; ids, revisions, types and bytes stay. If it is interrupted, the
same command goes on: what the target has already is compared byte by byte with the beginning of the source.
At the end the roots of both digests must agree. Meanwhile nobody else may write to the target;
the source may grow: the same command brings the rest later.

--final moves the ledger: the source (a data directory that nobody else writes to) is copied to its end and sealed for ever,
and only when both digests agree can the target be opened; up to then it refuses everybody. If it is interrupted, the same
command goes on. A sealed source can still be read. A server as target can't be held back from here.`),
		Example: `  saldo copy --from saldo-data --to "esdb://127.0.0.1:2113?tls=false"
  saldo copy --from "esdb://127.0.0.1:2113?tls=false" --to saldo-copy
  saldo copy --from saldo-data --to /srv/saldo-data --final`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runCopy(c.Context(), from, to, final) },
	}
	c.Flags().StringVar(&from, "from", "", a.t("sumber: direktori data atau esdb://…", "source: a data directory or esdb://…"))
	c.Flags().StringVar(&to, "to", "", a.t("tujuan: direktori data atau esdb://…", "target: a data directory or esdb://…"))
	c.Flags().BoolVar(&final, "final", false, a.t("pindahkan: segel sumbernya, lalu tujuannya berlanjut", "move: seal the source, then the target goes on"))
	return c
}

func (a *app) runCopy(ctx context.Context, from, to string, final bool) (err error) {
	source, err := a.placeOf("from", from)
	if err != nil {
		return err
	}
	target, err := a.placeOf("to", to)
	if err != nil {
		return err
	}
	if source == target {
		return usage(a.t("--from dan --to sama: ", "--from and --to are the same: ")+source.String(), "")
	}
	if final {
		return a.runFinalCopy(ctx, source, target)
	}
	src, err := a.openLogToRead(ctx, source)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := a.openLogToCopy(ctx, target, src, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if src.file.Kind == kindSimulation && target.server {
		a.talk("%s", a.t("catatan: sumbernya simulasi; peladen tidak mengingat itu", "note: the source is a simulation; a server does not remember that"))
	}
	if note := a.sealNote(src.Store); note != "" {
		a.talk(a.t("catatan: %s %s; salinan ini bukan kelanjutannya", "note: %s %s; this copy is not its continuation"), source, note)
	}
	k := &copier{a: a, from: src, to: dst, bar: a.progress(a.t("menyalin", "copying"), a.eventsOf(ctx, src), true, false)}
	err = k.run(ctx)
	k.bar.end()
	if err != nil {
		return k.problem(ctx, err)
	}
	return a.concludeCopy(ctx, k)
}

// openLogToCopy opens the target for this one writer. A directory says at once what kind of ledger it becomes, and only at
// the end that a demonstration stands there whole. A final copy also opens what an interrupted one left.
func (a *app) openLogToCopy(ctx context.Context, p place, src *openLog, final bool) (*openLog, error) {
	if p.server {
		store, err := a.openServer(ctx, p)
		if err != nil {
			return nil, err
		}
		return &openLog{Store: store, at: p, file: ledgerFile{Kind: kindLedger}}, nil
	}
	b := a.dirApp(p.text)
	if _, err := os.Stat(filepath.Join(p.text, storeName)); err != nil {
		if err = a.mustBeFree("to", p.text); err != nil {
			return nil, err
		}
	}
	store, err := embedded.Open(ctx, embedded.Config{Dir: p.text, Now: a.clock, NewID: a.newID, Options: embedded.Options{QueueWait: -1, Unfinished: final}})
	if err != nil {
		return nil, b.damaged(ctx, err)
	}
	if seal, is := store.Sealed(); is {
		return nil, errors.Join(b.sealedProblem(p.text, seal), store.Close())
	}
	file, there, err := readLedgerFile(p.text)
	if err == nil && there && file.Kind != src.file.Kind {
		err = b.wrongKind(file.Kind)
	}
	if err == nil && !there {
		file = src.file
		file.Complete = false
		err = file.write(p.text)
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &openLog{Store: store, at: p, file: file}, nil
}

// eventsOf is how many events a log has, where its positions say so; -1 where they don't.
func (a *app) eventsOf(ctx context.Context, log *openLog) int {
	head, err := log.Head(ctx)
	if err != nil || log.at.server {
		return -1
	}
	n, _ := head.Coordinates()
	return int(n) //nolint:gosec // far below 2^63
}

// concludeCopy compares the digests and says what was done.
func (a *app) concludeCopy(ctx context.Context, k *copier) error {
	want, err := a.compareDigests(ctx, k)
	if err == nil {
		err = a.takeLedgerFile(k)
	}
	if err != nil {
		return err
	}
	a.talk(a.t("%d peristiwa disalin ke %s, %d sudah ada di sana; akar digest keduanya sama",
		"%d events copied to %s, %d were there already; the roots of both digests agree"), k.copied, k.to.at, k.there)
	return a.printDigest(want)
}

// compareDigests returns the digest of the source, which must be the target's.
func (a *app) compareDigests(ctx context.Context, k *copier) (api.DigestReport, error) {
	want, err := a.digestOf(ctx, k.from, k.there+k.copied)
	if err != nil {
		return want, err
	}
	got, err := a.digestOf(ctx, k.to, k.there+k.copied+1) // one more, so that what somebody else wrote shows
	if err == nil && got != want {
		err = a.digestsDiffer(want, got)
	}
	return want, err
}

// takeLedgerFile lets the target say the same of itself as the source.
func (a *app) takeLedgerFile(k *copier) error {
	if k.to.at.server || k.from.at.server || k.to.file == k.from.file {
		return nil
	}
	return k.from.file.write(k.to.at.text)
}

// copier is a copy on its way.
type copier struct {
	a        *app
	from, to *openLog
	bar      *bar
	begin    func() error // called before the first append; nil for nothing

	there  uint64 // events that the target had, equal to the source's
	copied uint64
	group  []eventstore.Recorded     // being gathered
	batch  []eventstore.StreamAppend // whole groups, not yet handed over
	size   int                       // of the batch, in bytes
}

// run compares what the target has, and appends the rest.
func (k *copier) run(ctx context.Context) error {
	there, stop := iter.Pull2(api.LedgerEvents(ctx, k.to.Store, eventstore.Position{}))
	defer stop()
	comparing, whole := true, true
	for r, err := range api.LedgerEvents(ctx, k.from.Store, eventstore.Position{}) {
		if err != nil {
			return placedAt(k.from, err)
		}
		if comparing {
			has, theirErr, more := there()
			switch {
			case theirErr != nil:
				return placedAt(k.to, theirErr)
			case more && !sameEvent(r, has):
				return k.differs(fmt.Sprintf(k.a.t("peristiwa nomor %d berbeda: sumber %s@%d, tujuan %s@%d", "event number %d differs: %s@%d in the source, %s@%d in the target"),
					k.there, r.Stream, r.Revision, has.Stream, has.Revision))
			case more:
				k.there++
				whole = lastPart(r)
				k.bar.at(int(k.there)) //nolint:gosec // far below 2^63
				continue
			case !whole:
				return k.differs(fmt.Sprintf(k.a.t("tujuan berakhir di tengah kelompok, sesudah nomor %d", "the target ends inside a group, after number %d"), k.there-1))
			}
			comparing = false
			stop()
		}
		if err := k.take(ctx, r); err != nil {
			return err
		}
	}
	if comparing {
		if has, theirErr, more := there(); theirErr != nil {
			return placedAt(k.to, theirErr)
		} else if more {
			return k.differs(fmt.Sprintf(k.a.t("tujuan punya lebih banyak peristiwa: %s@%d sesudah nomor %d", "the target has more events: %s@%d after number %d"), has.Stream, has.Revision, int64(k.there)-1)) //nolint:gosec // far below 2^63
		}
	}
	if len(k.group) > 0 {
		return placedAt(k.from, fmt.Errorf("%w: the log ends inside the group of %s@%d", eventstore.ErrCorrupt, k.group[0].Stream, k.group[0].Revision))
	}
	return k.flush(ctx)
}

// placed is an error with the place it comes from.
type placed struct {
	at    place
	cause error
}

func (p *placed) Error() string { return p.cause.Error() }
func (p *placed) Unwrap() error { return p.cause }

func placedAt(log *openLog, err error) error { return &placed{at: log.at, cause: err} }

func (k *copier) differs(what string) error {
	return &problem{
		code: exitConflict, what: k.to.at.String() + ": " + what,
		cure: k.a.t("tujuannya harus kosong, atau salinan sumber ini yang terputus", "the target must be empty, or an interrupted copy of this source"),
	}
}

// take gathers a group, and hands batches of groups over.
func (k *copier) take(ctx context.Context, r eventstore.Recorded) error {
	if n := len(k.group); n > 0 && (r.Stream != k.group[0].Stream || r.Revision != k.group[n-1].Revision+1) {
		return placedAt(k.from, fmt.Errorf("%w: the group of %s@%d is not whole", eventstore.ErrCorrupt, k.group[0].Stream, k.group[0].Revision))
	}
	k.group = append(k.group, r)
	if !lastPart(r) {
		return nil
	}
	g := eventstore.StreamAppend{Stream: r.Stream, At: eventstore.NoStream()}
	if first := k.group[0].Revision; first > 0 {
		g.At = eventstore.At(first - 1)
	}
	for _, e := range k.group {
		g.Events = append(g.Events, e.EventData)
	}
	k.group = k.group[:0]
	k.batch = append(k.batch, g)
	if k.size += eventstore.AppendSize(g.Events); len(k.batch) < batchGroups && k.size < batchBytes {
		return nil
	}
	return k.flush(ctx)
}

// flush appends the batch. An interruption takes effect behind it: what was begun is finished.
func (k *copier) flush(ctx context.Context) error {
	defer func() { k.batch, k.size = k.batch[:0], 0 }()
	if k.begin != nil && len(k.batch) > 0 && k.copied == 0 {
		if err := k.begin(); err != nil {
			return err
		}
	}
	going := context.WithoutCancel(ctx)
	if batcher, ok := k.to.Store.(eventstore.Batcher); ok {
		return k.many(ctx, batcher.AppendBatch(going, k.batch))
	}
	for _, g := range k.batch {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := k.one(ctx, g); err != nil {
			return placedAt(k.to, err)
		}
		k.appended(g)
	}
	return nil
}

// many looks through the outcomes of a batch.
func (k *copier) many(ctx context.Context, results []eventstore.Result) error {
	var failed error
	for i, r := range results {
		switch {
		case r.Err != nil && failed == nil:
			failed = r.Err
		case r.Err == nil && failed != nil:
			return &problem{
				code: exitFailure, what: k.to.at.String() + k.a.t(": penulisan gagal di tengah, dan yang sesudahnya tertulis", ": a write failed in the middle, and what follows was written"), cause: failed,
				cure: k.a.t("urutannya tidak sama lagi: mulai dengan tujuan yang kosong", "the order is not the same any more: begin with an empty target"),
			}
		case r.Err == nil:
			k.appended(k.batch[i])
		}
	}
	if failed != nil {
		return placedAt(k.to, failed)
	}
	return ctx.Err()
}

// one appends a group where nothing else may stand. What surely changed nothing is tried again a few times: the server may
// be back, and a client that lost the reason of a refusal may learn it.
func (k *copier) one(ctx context.Context, g eventstore.StreamAppend) error {
	const tries = 5
	for pause := firstPause; ; pause *= 2 {
		err := k.once(ctx, g)
		if !errors.Is(err, eventstore.ErrUnavailable) || errors.Is(err, esdb.ErrCredentials) || pause >= firstPause<<(tries-1) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// once appends a group and asks again until the outcome is known or somebody interrupts.
func (k *copier) once(ctx context.Context, g eventstore.StreamAppend) error {
	decided := false
	_, _, err := eventstore.Update(ctx, k.to.Store, g.Stream, eventstore.Folded[struct{}]{At: g.At},
		func(s struct{}, _ eventstore.Recorded) (struct{}, error) { return s, nil },
		func(_ struct{}, at eventstore.Expected) ([]eventstore.EventData, error) {
			if decided {
				return nil, &eventstore.WrongRevisionError{Stream: g.Stream, Expected: g.At, Current: at}
			}
			decided = true
			return g.Events, nil
		})
	return err
}

func (k *copier) appended(g eventstore.StreamAppend) {
	k.copied += uint64(len(g.Events))
	k.bar.at(int(k.there + k.copied)) //nolint:gosec // far below 2^63
}

// problem says how far the copy came and how to go on.
func (k *copier) problem(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		fmt.Fprintf(k.a.err, k.a.t("saldo: dihentikan sesudah %d peristiwa\n  → jalankan perintah yang sama lagi untuk melanjutkan\n",
			"saldo: interrupted after %d events\n  → run the same command again to go on\n"), k.there+k.copied)
		return errInterrupted
	}
	p, ok := errors.AsType[*placed](err)
	switch {
	case !ok:
		return err
	case p.at.server:
		return k.a.serverProblem(p.at, err)
	}
	return k.a.dirApp(p.at.text).openProblem(err)
}

// lastPart reports whether an event ends its group. What carries no metadata of the ledger stands alone.
func lastPart(r eventstore.Recorded) bool {
	meta, err := domain.DecodeMetadata(r.Metadata)
	return err != nil || meta.LastPart()
}

// sameEvent compares all that a copy keeps.
func sameEvent(a, b eventstore.Recorded) bool {
	return a.Stream == b.Stream && a.Revision == b.Revision && a.ID == b.ID && a.Type == b.Type && a.JSON == b.JSON &&
		bytes.Equal(a.Data, b.Data) && bytes.Equal(a.Metadata, b.Metadata)
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
)

// inFlight is how many lines are decided side by side: one synced group carries many.
const inFlight = 64

// fieldNotAllowed is the code of a field that is known but may not stand in this import.
const fieldNotAllowed domain.InputCode = "FIELD_NOT_ALLOWED"

type importFlags struct {
	as                              string
	simulate, progress, stopOnError bool
	progressSet                     bool
	remoteFlags
}

func (a *app) importCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import FILE.ndjson|-",
		Short: a.t("Catat perintah atau fakta dari berkas, satu per baris", "Take in commands or facts from a file, one per line"),
		Long: a.t(`Tiap baris satu perintah JSON (lihat "saldo commands"). Hasil per baris di stdout:
accepted, refused, recorded, unattributed, replayed atau error. Penolakan adalah hasil, bukan kesalahan.
unattributed: pembelian untuk orang atau kartu yang tidak dikenal, disimpan tanpa peserta (CARD_NOT_RECOGNISED).
Pembatalan pesanan (AbandonPurchase) yang berhasil tercatat sebagai penolakan ABANDONED_BY_PLATFORM.
Pembelian tanpa token_id tidak diperiksa tokennya.

Baris yang salah disebut baris, bidang dan cara memperbaikinya, tidak dicatat, dan yang lain jalan terus;
kode keluar lalu 1. Berkas yang sama sekali lagi tidak mencatat apa pun dua kali: kuncinya dari baris
("key"), atau dari sidik berkas dan nomor baris. Kalau berkasnya berubah di antaranya, hanya baris
dengan key yang dikenali lagi: beri key kalau mungkin perlu diperbaiki dan diimpor ulang.
"-" dibaca sampai habis dulu.

Kebijakan yang diadopsi (AdoptPolicy) ada di: saldo policy prakerja-2020@2 --output json

Peristiwa registri (layanan, platform, lembaga, pelatihan) berlaku sesaat sesudah dicatat: 1 detik, dengan
--store 5 detik, supaya semua simpul menjawab sama; impor menunggunya. Lihat "saldo help nodes".

--as facts mencatat riwayat sistem lain: tidak pernah ditolak karena aturan, boleh menyebut received_at.
Yang sudah tercatat dengan kunci lain disebut begitu: refused, ALREADY_DONE atau INVOICE_ALREADY_USED.
--simulate membuat simulasi: jamnya adalah received_at tiap baris. Baris tanpa received_at memakai
yang dari baris sebelumnya; baris pertama harus punya, dan waktu tidak boleh mundur.

--url mengirim ke server: siapa pengirimnya, tokennya yang mengatakan. Sambungan yang putus disambung lagi,
dan yang belum terjawab dikirim lagi dengan kunci yang sama.`,
			`Each line is one command in JSON (see "saldo commands"). The result of each goes to stdout:
accepted, refused, recorded, unattributed, replayed or error. A refusal is a result and no error.
unattributed: a purchase for a person or card that is not known, kept without one (CARD_NOT_RECOGNISED).
An order dropped with success (AbandonPurchase) is recorded as the refusal ABANDONED_BY_PLATFORM.
A purchase without token_id is not checked for a token.

A bad line is named with line, field and cure, nothing is written for it, and the rest goes on;
the exit code is then 1. The same file again records nothing twice: keys come from the line ("key"),
or from the file's fingerprint and the line's number. If the file changed meanwhile, only lines
with a key are recognised: give keys where a file may have to be mended and imported again.
"-" is read to its end first.

The policy to adopt (AdoptPolicy) is in: saldo policy prakerja-2020@2 --output json

Events of the registry (gate, platforms, institutions, courses) take force a moment after they are
recorded, so that all nodes answer alike: 1 second, with --store 5 seconds; the import waits for them.
See "saldo help nodes".

--as facts records another system's history: never refused for a rule, may set received_at.
What was recorded before under another key says so: refused, ALREADY_DONE or INVOICE_ALREADY_USED.
--simulate makes a simulation: its clock is the received_at of each line. A line without it has that
of the line above; the first line must have one, and time never runs backwards.

--url sends to a server: who submits, the token says. A connection that breaks is made anew, and what
has no answer is sent again under the same key.`),
		Example: `  saldo commands --examples | saldo import - --simulate --data contoh
  saldo import commands.ndjson
  saldo import history.ndjson --as facts --output ndjson > result.ndjson
  saldo import commands.ndjson --url http://127.0.0.1:8420 --token-file token.txt`,
		Args: a.args(1, 1, "FILE.ndjson"),
		RunE: func(c *cobra.Command, files []string) error {
			f.progressSet = c.Flags().Changed("progress")
			return a.runImport(c.Context(), files[0], f)
		},
	}
	c.Flags().StringVar(&f.as, "as", "commands", a.t("commands: diputus menurut aturan; facts: riwayat", "commands: decided by the rules; facts: history"))
	c.Flags().BoolVar(&f.simulate, "simulate", false, a.t("simulasi dengan jam dari received_at", "a simulation whose clock is received_at"))
	c.Flags().BoolVar(&f.progress, "progress", true, a.t("kemajuan di stderr (tanpa ini: hanya di terminal)", "progress on stderr (without it: on a terminal only)"))
	a.remoteFlags(c, &f.remoteFlags)
	c.Flags().BoolVar(&f.stopOnError, "stop-on-error", false, a.t("berhenti di baris salah yang pertama", "stop at the first bad line"))
	return c
}

func (a *app) runImport(ctx context.Context, name string, f importFlags) (err error) {
	if f.as != "commands" && f.as != "facts" {
		return usage(fmt.Sprintf("--as: %q", clip(f.as)), "commands, facts")
	}
	if err = a.only(formats...); err != nil {
		return err
	}
	if f.url != "" {
		return a.runRemoteImport(ctx, name, f)
	}
	src, err := a.openSource(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	if src.blank {
		a.talk("%s", a.t("tidak ada isinya: tidak ada perintah di berkas ini, tidak ada yang dicatat", "nothing in it: the file holds no command, nothing was recorded"))
		return a.newResults().end()
	}
	kind := kindLedger
	if f.simulate {
		kind = kindSimulation
	}
	l, err := a.openToWrite(ctx, kind)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	im := &importer{a: a, f: f, ledger: l, src: src, lines: newLineReader(src.file), results: a.newResults()}
	im.bar = a.progress(a.t("impor", "import"), src.lines, f.progress, f.progressSet)
	return im.run(ctx)
}

// importer is one import on its way. Everything runs in one goroutine but the deciding itself.
type importer struct {
	a       *app
	f       importFlags
	ledger  *ledger
	src     *source
	lines   *lineReader
	results *results
	bar     *bar

	queue   []*importLine // read, not yet answered, in order
	last    time.Time     // received_at of the line before, in a simulation
	held    *importLine   // read, and waiting for the events of the registry before it
	leading int           // acts on the registry that are being decided, in a real ledger
	pending time.Time     // from when the last event of the registry is in force, in a real ledger
	done    int           // lines answered
	ended   bool          // no more lines are to be read
	broken  error         // results can't be written
	counts  map[string]int
}

// importLine is a line with its command, or with what is wrong.
type importLine struct {
	no  int
	cmd domain.Command
	err error
}

func (im *importer) run(ctx context.Context) error {
	im.counts = map[string]int{}
	var err error
	for err == nil && !im.ended {
		err = im.execute(context.WithoutCancel(ctx), im.batch(ctx))
	}
	if err == nil {
		err = im.broken
	}
	im.bar.end()
	err = errors.Join(err, im.results.end(), im.remember())
	return im.conclude(ctx, err)
}

// execute decides the commands of a batch, side by side unless the first bad line is to stop everything.
func (im *importer) execute(ctx context.Context, cmds iter.Seq[domain.Command]) error {
	if !im.f.stopOnError {
		return im.ledger.ExecuteAll(ctx, cmds, inFlight, im.answered)
	}
	for cmd := range cmds {
		out, err := im.ledger.Execute(ctx, cmd)
		if err = im.answered(0, out, err); err != nil {
			return err
		}
	}
	return nil
}

// batch yields the commands of the file up to its end, an interruption or a bad line that stops everything.
func (im *importer) batch(ctx context.Context) iter.Seq[domain.Command] {
	return func(yield func(domain.Command) bool) {
		for !im.ended {
			line := im.held
			if im.held = nil; line == nil {
				line = im.next(ctx)
			}
			if line == nil {
				im.ended = true
				return
			}
			if line.err != nil {
				im.queue = append(im.queue, line)
				if im.broken = im.flush(); im.broken != nil || im.f.stopOnError {
					im.ended = true
				}
				continue
			}
			if !im.ledger.sim && !im.await(ctx, line) {
				return
			}
			im.queue = append(im.queue, line)
			if !yield(line.cmd) {
				return
			}
		}
	}
}

// next reads the next line that is not blank; nil at the end, or when the program is interrupted.
func (im *importer) next(ctx context.Context) *importLine {
	for ctx.Err() == nil {
		text, err := im.lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			im.ended = true
			return &importLine{no: text.no, err: err}
		}
		if len(bytes.TrimSpace(text.text)) == 0 && text.size == len(text.text) {
			continue
		}
		return im.prepare(text)
	}
	return nil
}

// prepare makes the command of a line.
func (im *importer) prepare(text textLine) *importLine {
	line := &importLine{no: text.no}
	sub, err := text.decode()
	if err != nil {
		line.err = err
		return line
	}
	cmd := sub.Command
	cmd.ID = im.commandID(sub, text.no)
	if cmd.ReceivedAt, err = im.receivedAt(sub); err != nil {
		line.err = err
		return line
	}
	if im.f.as == "facts" {
		cmd.Origin = domain.Migrated
		from := domain.Source{}
		if cmd.Source != nil {
			from = *cmd.Source
		}
		if from.File == "" {
			from.File, from.Line = im.src.sum, text.no
		}
		cmd.Source = &from
	}
	line.cmd = cmd
	return line
}

// commandID is the same for the same line again: from the sender's key, or from the file and the line.
func (im *importer) commandID(sub domain.Submission, no int) uuid.UUID {
	if sub.Key == "" {
		return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:import:"+string(im.src.sum)+":"+strconv.Itoa(no)))
	}
	return domain.CommandID(api.Organisation(sub.Command.Actor), sub.Key)
}

// receivedAt is the time that the rules will see: of the real clock, or, for history and simulations, of the line.
func (im *importer) receivedAt(sub domain.Submission) (time.Time, error) {
	switch {
	case im.ledger.sim:
		if sub.ReceivedAt == nil {
			if im.last.IsZero() {
				return time.Time{}, lineError(domain.FieldMissing, "/received_at", "it is missing", "a simulation has no other clock: give received_at, at least in the first line")
			}
			return im.last, nil
		}
		t := domain.Canonical(*sub.ReceivedAt)
		if t.Before(im.last) {
			return time.Time{}, lineError(domain.ValueRange, "/received_at", "it is before the line above: time runs forwards in a simulation", "sort the file by received_at")
		}
		im.last = t
		return t, nil
	case sub.ReceivedAt == nil:
		return time.Time{}, nil
	case im.f.as == "facts":
		t := domain.Canonical(*sub.ReceivedAt)
		if t.After(im.a.clock()) {
			return time.Time{}, lineError(domain.ValueRange, "/received_at", "it is in the future", "history was received in the past: mend the time")
		}
		return t, nil
	}
	return time.Time{}, lineError(fieldNotAllowed, "/received_at", "a real ledger takes the time of receipt from its own clock",
		"leave it out; history comes in with --as facts, a simulation with --simulate")
}

// await holds a command back until the events of the registry before it are in force: a decision sees them only a moment
// after they were recorded. It reports false to end the batch: the program was interrupted, or what stands before the command
// must be answered first, since only its outcome says from when it is in force.
func (im *importer) await(ctx context.Context, line *importLine) bool {
	spec := domain.SpecOf(line.cmd.Act)
	if left := im.pending.Sub(im.a.clock()); (im.leading > 0 || left > 0) && !im.passes(ctx, line.cmd, spec) {
		if im.leading > 0 {
			im.held = line
			return false
		}
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			im.ended = true
			return false
		}
	}
	if line.leads() {
		im.leading++
	}
	return true
}

// leads reports whether a line's event takes force only some time after it is recorded.
func (l *importLine) leads() bool {
	return domain.SpecOf(l.cmd.Act).Lead && l.cmd.Origin != domain.Migrated
}

// passes reports whether an act on the registry need not wait for what stands before it in the file.
func (im *importer) passes(ctx context.Context, cmd domain.Command, spec domain.ActSpec) bool {
	if !spec.Lead && spec.Kind != domain.ActionStream {
		return false
	}
	out, err := im.ledger.DryRun(context.WithoutCancel(ctx), cmd)
	return err == nil && !out.Refused()
}

// answered takes the outcome of the first command that is still waiting for one.
func (im *importer) answered(_ int, out api.Outcome, failed error) error {
	if err := im.flush(); err != nil {
		return err
	}
	line := im.queue[0]
	im.queue = im.queue[1:]
	im.settle(line, out, failed)
	if err := im.write(line, im.resultOf(line, out, failed)); err != nil {
		return err
	}
	if fatal(failed) {
		im.ended = true
		return fmt.Errorf("%s %d: %w", im.a.t("baris", "line"), line.no, failed)
	}
	if failed != nil && im.f.stopOnError {
		im.ended = true
	}
	return im.flush()
}

// settle notes from when the event of an act on the registry is in force.
func (im *importer) settle(line *importLine, out api.Outcome, failed error) {
	if im.ledger.sim || !line.leads() {
		return
	}
	im.leading--
	if failed != nil {
		return
	}
	if from := out.Event().Meta.InForceAt; from != nil && from.After(im.pending) {
		im.pending = *from
	}
}

// fatal reports whether an error is not one of the line but of the store.
func fatal(err error) bool {
	for _, e := range []error{api.ErrStoppedShort, api.ErrNodeBehind, eventstore.ErrUnavailable, eventstore.ErrClosed, eventstore.ErrCorrupt, eventstore.ErrOutcomeUnknown} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// flush writes the bad lines that stand before the next command.
func (im *importer) flush() error {
	for len(im.queue) > 0 && im.queue[0].err != nil {
		line := im.queue[0]
		im.queue = im.queue[1:]
		if err := im.write(line, im.resultOf(line, api.Outcome{}, line.err)); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) write(line *importLine, r result) error {
	im.done = line.no
	im.counts[r.counted()]++
	im.bar.at(line.no)
	return im.results.write(r)
}

// remember moves a simulation's today to the end of what it was told.
func (im *importer) remember() error {
	if !im.ledger.sim || im.last.IsZero() {
		return nil
	}
	today := im.last.Add(im.ledger.Lead())
	if im.a.nowFlag != "" {
		today = im.ledger.now
	} else if t := im.ledger.file.Today; t != nil && t.After(today) {
		return nil
	}
	im.ledger.file.Today = &today
	return im.ledger.file.write(im.ledger.dir)
}

// conclude says what came of it.
func (im *importer) conclude(ctx context.Context, err error) error {
	a, n := im.a, im.counts
	a.talk(a.t("%d diterima, %d ditolak aturan, %d fakta dicatat, %d sudah ada (diulang), %d baris salah",
		"%d accepted, %d refused by a rule, %d facts recorded, %d there already (replayed), %d bad lines"),
		n[outcomeAccepted], n[outcomeRefused], n[outcomeRecorded], n[outcomeReplayed], n[outcomeError])
	if n[countBefore] > 0 {
		a.talk(a.t("sudah tercatat sebelumnya, dengan kunci lain: %d", "recorded before, under another key: %d"), n[countBefore])
	}
	if n[outcomeUnattributed] > 0 {
		a.talk(a.t("pembelian yang disimpan tanpa peserta, karena orang atau kartunya tidak dikenal: %d", "purchases kept without a participant, since person or card is not known: %d"), n[outcomeUnattributed])
	}
	if im.ledger.sim {
		a.talk("%s", a.simulationNote())
	}
	switch {
	case errors.Is(err, api.ErrNodeBehind):
		return a.nodeBehind(err)
	case err != nil:
		return &problem{
			code: codeOf(err), what: a.t("impor berhenti", "the import stopped"), cause: err,
			cure: a.t("jalankan perintah yang sama lagi: yang sudah tercatat diulang, tidak dicatat dua kali",
				"run the same command again: what is recorded is replayed, never recorded twice"),
		}
	case ctx.Err() != nil:
		fmt.Fprintf(a.err, a.t("saldo: dihentikan sesudah baris %d dari %d\n  → jalankan perintah yang sama lagi untuk melanjutkan\n",
			"saldo: interrupted after line %d of %d\n  → run the same command again to go on\n"), im.done, im.src.lines)
		return errInterrupted
	case n[outcomeError] > 0:
		return errCounted
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"saldo/eventstore"
	"saldo/eventstore/embedded"
)

func (a *app) restoreCommand() *cobra.Command {
	var from string
	c := &cobra.Command{
		Use:   "restore",
		Short: a.t("Pulihkan buku besar dari cadangan, sesudah diperiksa", "Restore the ledger from a backup, after it is verified"),
		Long: a.t(`Tiap bita cadangan dan salinannya, dan akar digest, diperiksa sebelum direktori itu dapat dipakai.
Direktori tujuan harus kosong atau belum ada. Buku besar yang dipulihkan mendapat inkarnasi baru:
siapa yang mengingat posisi dari sesudah cadangan akan mengetahuinya.`,
			`Every byte of the backup and of its copy, and the root of the digest, are verified before the directory can be used.
The target must be empty or missing. What is restored gets a new incarnation:
whoever remembers a position from after the backup will notice.`),
		Example: `  saldo restore --from backup-2026-08-01 --data saldo-data`,
		Args:    a.args(0, 0, ""),
		RunE:    func(c *cobra.Command, _ []string) error { return a.runRestore(c.Context(), from) },
	}
	c.Flags().StringVar(&from, "from", "", a.t("direktori cadangan", "directory of the backup"))
	return c
}

func (a *app) runRestore(ctx context.Context, from string) (err error) {
	if from == "" {
		return usage(a.t("kurang: --from", "missing: --from"), "--from DIR")
	}
	if _, err = embedded.ReadBackup(from); err != nil {
		return a.backupProblem(from, err)
	}
	want, known, err := readDigest(from)
	if err != nil {
		return err
	}
	if err = a.mustBeFree("data", a.dir); err != nil {
		return err
	}
	stage, drop, err := stageIn(a.dir)
	if err != nil {
		return &problem{code: permission(err), what: "--data", cause: err}
	}
	defer func() {
		if err != nil {
			drop()
		}
	}()
	report, err := embedded.Restore(ctx, from, stage, a.newID)
	if err != nil {
		return a.backupProblem(from, err)
	}
	if err = copyLedgerFile(from, stage); err != nil {
		return err
	}
	log, err := a.openLogToRead(ctx, place{text: stage})
	if err != nil {
		return err
	}
	note := a.sealNote(log.Store)
	got, err := a.digestOf(ctx, log, report.Events)
	if err = errors.Join(err, log.Close()); err != nil {
		return err
	}
	if known && got != want {
		return &problem{
			code: exitVerify, what: fmt.Sprintf(a.t("akar digest cadangan ini %s atas %d peristiwa, yang dipulihkan %s atas %d", "the backup's root is %s over %d events, what was restored has %s over %d"),
				want.Root, want.Number, got.Root, got.Number),
			cure: a.t("tidak ada yang dipulihkan; pakai cadangan lain", "nothing was restored; use another backup"),
		}
	}
	if err = publish(stage, a.dir, storeName); err != nil {
		return err
	}
	a.talk(a.t("dipulihkan ke %s dan diperiksa, inkarnasi %s", "restored to %s and verified, incarnation %s"), a.dir, report.Incarnation)
	if note != "" {
		a.talk("%s %s", a.dir, note)
	}
	if !known {
		a.talk(a.t("cadangan ini tidak menyimpan digest (%s): bandingkan akarnya dengan catatan sendiri", "this backup keeps no digest (%s): compare the root with a record of your own"), digestName)
	}
	return a.printDigest(got)
}

// backupProblem gives an error of a backup its exit code and a cure.
func (a *app) backupProblem(from string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		cure := a.t("cadangan dibuat dengan saldo backup --data DIR --to CADANGAN", "a backup is made with saldo backup --data DIR --to BACKUP")
		if a.dirApp(from).mustStand() == nil {
			cure = a.t("itu direktori data, bukan cadangan: ", "that is a data directory and no backup: ") + cure
		}
		return &problem{code: exitNotFound, what: fmt.Sprintf(a.t("%s bukan cadangan (tidak ada %s)", "%s is no backup (it has no %s)"), from, filepath.Join(from, backupMark)), cure: cure}
	case errors.Is(err, eventstore.ErrCorrupt):
		return &problem{
			code: exitVerify, what: from, cause: err,
			cure: a.t("tidak ada yang dipulihkan; pakai cadangan lain", "nothing was restored; use another backup"),
		}
	}
	return &problem{code: codeOf(err), what: from, cause: err}
}

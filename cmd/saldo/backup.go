package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/eventstore/embedded"
)

const (
	// digestName is what a backup says of its content besides the store's own backup.json.
	digestName = "digest.json"
	// backupMark makes a directory a backup: it is put there last.
	backupMark = "backup.json"
	// partialName is where a backup, or what is restored, lies until it is whole and verified.
	partialName = "partial"

	dirMode, fileMode = 0o700, 0o600
)

func (a *app) backupCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "backup",
		Short: a.t("Cadangkan buku besar selagi dipakai; salinannya diperiksa", "Back the ledger up while it is in use; the copy is verified"),
		Long: a.t(`Yang disalin adalah yang sudah awet saat perintah mulai; tidak ada yang dikunci atau berhenti.
Tiap catatan salinan dibaca ulang dan diperiksa; nomor dan akar digest disebut dan ikut disimpan.
Cadangan bukan direktori data: saldo restore membuatnya menjadi satu.`,
			`What is copied is what was durable when the command began; nothing is locked or stopped.
Every record of the copy is read again and verified; number and root of the digest are said and kept with it.
A backup is no data directory: saldo restore makes one of it.`),
		Example: `  saldo backup --data saldo-data --to backup-2026-08-01
  saldo backup --data saldo-demo --to backup --output json`,
		Args: a.args(0, 0, ""),
		RunE: func(c *cobra.Command, _ []string) error { return a.runBackup(c.Context(), to) },
	}
	c.Flags().StringVar(&to, "to", "", a.t("direktori baru untuk cadangan", "new directory for the backup"))
	return c
}

func (a *app) runBackup(ctx context.Context, to string) (err error) {
	if err = a.mustBeFree("to", to); err != nil {
		return err
	}
	log, err := a.openLogToRead(ctx, place{text: filepath.Clean(a.dir)})
	if err != nil {
		return err
	}
	store, ok := log.Store.(*embedded.Store)
	if !ok {
		return errors.Join(usage("--data", ""), log.Close()) // can't be: a directory holds the embedded store
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	stage, drop, err := stageIn(to)
	if err != nil {
		return &problem{code: permission(err), what: "--to", cause: err}
	}
	defer func() {
		if err != nil {
			drop()
		}
	}()
	made, err := store.Backup(ctx, stage)
	if err != nil {
		return a.dirApp(to).openProblem(err)
	}
	digest, err := a.digestOf(ctx, log, made.Events)
	if err != nil {
		return err
	}
	if err = copyLedgerFile(a.dir, stage); err == nil {
		err = writeJSON(filepath.Join(stage, digestName), digest)
	}
	if err == nil {
		err = publish(stage, to, backupMark)
	}
	if err != nil {
		return err
	}
	if note := a.sealNote(store); note != "" {
		a.talk(a.t("%s %s: yang dipulihkan dari cadangan ini juga tersegel", "%s %s: what is restored from this backup is sealed, too"), a.dir, note)
	}
	a.talk(a.t("cadangan di %s, diperiksa; memulihkan: saldo restore --from %s --data DIR", "backup in %s, verified; to restore: saldo restore --from %s --data DIR"), to, to)
	return a.printDigest(digest)
}

// digestOf computes the root over the first n events of a log.
func (a *app) digestOf(ctx context.Context, log *openLog, n uint64) (api.DigestReport, error) {
	s, err := api.Open(ctx, api.Config{Store: log, Now: a.clock})
	if err == nil {
		var d api.DigestReport
		if d, err = s.Digest(ctx, &n, nil); err == nil {
			return d, nil
		}
	}
	if log.at.server {
		return api.DigestReport{}, a.serverProblem(log.at, err)
	}
	return api.DigestReport{}, a.dirApp(log.at.text).openProblem(err)
}

func (a *app) printDigest(d api.DigestReport) error {
	return a.print(sheet{
		columns: []column{{key: "no", id: "PERISTIWA", en: "EVENTS", right: true}, {key: "root", id: "AKAR", en: "ROOT"}},
		rows:    [][]any{{d.Number, d.Root}},
	})
}

// stageIn makes dir and a directory in it for what isn't whole yet. drop takes away what was made.
func stageIn(dir string) (stage string, drop func(), err error) {
	_, statErr := os.Stat(dir)
	stage = filepath.Join(dir, partialName)
	if err = os.MkdirAll(stage, dirMode); err != nil {
		return "", nil, err
	}
	return stage, func() {
		_ = os.RemoveAll(stage) // what stays is refused as not empty, by name
		if errors.Is(statErr, fs.ErrNotExist) {
			_ = os.Remove(dir) // only when nothing else is in it
		}
	}, nil
}

// publish moves what lies in stage up into dir, durably, and mark last: without it dir is nothing that can be used.
func publish(stage, dir, mark string) error {
	entries, err := os.ReadDir(stage)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == mark {
			continue
		}
		if err = os.Rename(filepath.Join(stage, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	if err = syncDir(dir); err != nil {
		return err
	}
	if err = os.Rename(filepath.Join(stage, mark), filepath.Join(dir, mark)); err != nil {
		return err
	}
	return errors.Join(os.Remove(stage), syncDir(dir), syncDir(filepath.Dir(filepath.Clean(dir))))
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// copyLedgerFile takes ledger.json along, so that a simulation stays one; a directory without it is a real ledger.
func copyLedgerFile(from, to string) error {
	file, there, err := readLedgerFile(from)
	if err != nil || !there {
		return err
	}
	return file.write(to)
}

// writeJSON writes a new file and syncs it.
func writeJSON(path string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// readDigest reads what a backup says of its content; none is no error: the store's own verification stays.
func readDigest(dir string) (d api.DigestReport, there bool, err error) {
	path := filepath.Join(dir, digestName)
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the directory
	if errors.Is(err, fs.ErrNotExist) {
		return d, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &d)
	}
	if err != nil {
		err = &problem{code: exitVerify, what: fmt.Sprintf("%s can't be read", path), cause: err}
	}
	return d, true, err
}

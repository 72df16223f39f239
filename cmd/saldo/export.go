package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"saldo/api"
	"saldo/domain"
	"saldo/eventstore"
)

type exportFlags struct {
	stream    string
	from      uint64
	types     []string
	decisions bool
	rules     []string
	file      string
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	c := &cobra.Command{
		Use:   "export",
		Short: a.t("Keluarkan peristiwa sebagai NDJSON, dalam urutan buku besar", "Write the events as NDJSON, in the order of the ledger"),
		Long: a.t(`Tiap baris: no, stream, revision, id, type, recorded_at, metadata, data. metadata dan data sama persis dengan yang tersimpan.

--decisions menulis tiap keputusan sebagai satu baris datar: tiap syarat dengan hasil, yang diharapkan dan yang
ditemukan, tiap fakta yang dibandingkan, alasan, nomor rujukan, saldo sebelum dan sesudah. csv dan xlsx untuk
lembar kerja (nomor tetap teks, isi yang mirip rumus dibuat teks), ndjson untuk program dan SQL.`,
			`Each line: no, stream, revision, id, type, recorded_at, metadata, data. metadata and data are exactly as stored.

--decisions writes every decision as one flat row: each check with its result, what was expected and found, every
fact that was compared, reasons, reference number, purses before and after. csv and xlsx are for spreadsheets (ids
stay texts, what looks like a formula is made a text), ndjson for programs and SQL.`),
		Example: `  saldo export --data saldo-demo > events.ndjson
  saldo export --stream programme --data saldo-demo
  saldo export --from 1200 --type PurchaseRefused --data saldo-demo
  saldo export --decisions --rules purchase --output xlsx --file keputusan.xlsx`,
		Args:        a.args(0, 0, ""),
		Annotations: map[string]string{documents: "yes"},
		RunE: func(c *cobra.Command, _ []string) error {
			if f.decisions {
				return a.runDecisions(c.Context(), f)
			}
			if f.file != "" || len(f.rules) > 0 {
				return usage(a.t("--file dan --rules hanya bersama --decisions", "--file and --rules go with --decisions only"), "saldo export --decisions")
			}
			return a.runExport(c.Context(), f)
		},
	}
	c.Flags().BoolVar(&f.decisions, "decisions", false, a.t("tiap keputusan sebagai satu baris datar (csv, ndjson, xlsx)", "every decision as one flat row (csv, ndjson, xlsx)"))
	c.Flags().StringSliceVar(&f.rules, "rules", nil, a.t("dengan --decisions: hanya aturan ini, misalnya purchase", "with --decisions: these rule sets only, such as purchase"))
	c.Flags().StringVar(&f.file, "file", "", a.t("dengan --decisions: tulis ke berkas ini", "with --decisions: write to this file"))
	c.Flags().StringVar(&f.stream, "stream", "", a.t("hanya aliran ini", "this stream only"))
	c.Flags().Uint64Var(&f.from, "from", 0, a.t("mulai dari nomor ini", "from this number on"))
	c.Flags().StringSliceVar(&f.types, "type", nil, a.t("hanya jenis ini (boleh beberapa)", "these types only"))
	return c
}

func (a *app) runExport(ctx context.Context, f exportFlags) (err error) {
	if err = a.only("ndjson", "json"); err != nil {
		return err
	}
	var wanted domain.Stream
	if f.stream != "" {
		if wanted, err = domain.ParseStream(f.stream); err != nil {
			return usage(fmt.Sprintf(a.t("--stream: %q bukan nama aliran", "--stream: %q is no name of a stream"), clip(f.stream)),
				a.t("misalnya programme, course-1036 atau participant-<uuid>", "such as programme, course-1036 or participant-<uuid>"))
		}
	}
	types, err := a.eventTypes(f.types)
	if err != nil {
		return err
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	w := &exporter{out: bufio.NewWriter(a.out), list: a.output == "json", from: f.from, stream: string(wanted), types: types}
	for r, readErr := range api.LedgerEvents(context.WithoutCancel(ctx), l.store, eventstore.Position{}) {
		if readErr != nil {
			err = readErr
			break
		}
		if err = w.event(r); err != nil {
			return err
		}
		if ctx.Err() != nil && w.whole {
			break
		}
	}
	if err = errors.Join(w.end(), err); err != nil {
		return err
	}
	if ctx.Err() != nil {
		fmt.Fprintf(a.err, a.t("saldo: dihentikan sesudah nomor %d\n  → lanjutkan dengan --from %d\n", "saldo: interrupted after number %d\n  → go on with --from %d\n"), w.no-1, w.no)
		return errInterrupted
	}
	if wanted != "" && w.written == 0 && len(f.types) == 0 && f.from == 0 {
		return &problem{code: exitNotFound, what: f.stream + a.t(" tidak ada di buku besar ini", " is not in this ledger"), cure: a.t("periksa namanya, atau --data", "check the name, or --data")}
	}
	a.talk(a.t("%d dari %d peristiwa", "%d of %d events"), w.written, w.no)
	return a.finish(ctx, l)
}

// eventTypes checks the names of event types.
func (a *app) eventTypes(names []string) (map[string]bool, error) {
	if len(names) == 0 {
		return nil, nil //nolint:nilnil // no names, no filter
	}
	known := eventNames()
	out := map[string]bool{}
	for _, n := range names {
		if !contains(known, n) {
			cure := "saldo events"
			if near := domain.DidYouMean(n, known); near != "" {
				cure = a.t("maksudnya: ", "did you mean: ") + near + "?"
			}
			return nil, usage(fmt.Sprintf("--type: %q", clip(n)), cure)
		}
		out[n] = true
	}
	return out, nil
}

// exporter writes events with their numbers.
type exporter struct {
	out     *bufio.Writer
	list    bool
	from    uint64
	stream  string
	types   map[string]bool
	no      uint64
	written int
	whole   bool // the event written last ends its group
}

func (x *exporter) event(r eventstore.Recorded) error {
	no := x.no
	x.no++
	meta, err := domain.DecodeMetadata(r.Metadata)
	x.whole = err != nil || meta.LastPart()
	if no < x.from || x.stream != "" && r.Stream != x.stream || x.types != nil && !x.types[r.Type] {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"no":%d,"stream":%s,"revision":%d,"id":%q,"type":%s`, no, quote(r.Stream), r.Revision, uuid.UUID(r.ID), quote(r.Type))
	if err == nil && !meta.RecordedAt.IsZero() {
		fmt.Fprintf(&b, `,"recorded_at":%q`, meta.RecordedAt.Format("2006-01-02T15:04:05.999999Z07:00"))
	}
	raw(&b, "metadata", r.Metadata)
	raw(&b, "data", r.Data)
	b.WriteByte('}')
	switch {
	case !x.list:
		b.WriteByte('\n')
	case x.written == 0:
		_, _ = x.out.WriteString("[\n") // an error stays until the flush
	default:
		_, _ = x.out.WriteString(",\n")
	}
	x.written++
	_, err = x.out.Write(b.Bytes())
	return err
}

func (x *exporter) end() error {
	if x.list {
		end := "\n]\n"
		if x.written == 0 {
			end = "[]\n"
		}
		_, _ = x.out.WriteString(end) // an error stays until the flush
	}
	return x.out.Flush()
}

// raw writes stored JSON byte for byte, and anything else as base64.
func raw(b *bytes.Buffer, name string, data []byte) {
	switch {
	case len(data) == 0:
	case json.Valid(data) && !bytes.ContainsAny(data, "\n\r"):
		b.WriteString("," + strconv.Quote(name) + ":")
		b.Write(data)
	default:
		fmt.Fprintf(b, `,%q:%q`, name+"_base64", base64.StdEncoding.EncodeToString(data))
	}
}

func quote(s string) string {
	data, err := marshal(s)
	if err != nil {
		return strconv.Quote(s)
	}
	return string(data)
}

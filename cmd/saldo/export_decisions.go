package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"saldo/api"
	"saldo/domain"
)

// runDecisions writes every decision as one flat row, for a spreadsheet (csv, xlsx) or a program (ndjson). Rows stream: what
// was written is not kept.
func (a *app) runDecisions(ctx context.Context, f exportFlags) error {
	if err := a.only("csv", "ndjson", "xlsx"); err != nil {
		return err
	}
	if f.stream != "" || f.from != 0 || len(f.types) > 0 {
		return usage(a.t("--decisions bersama --stream, --from atau --type", "--decisions together with --stream, --from or --type"), a.t("pilih keputusan dengan --rules", "choose decisions with --rules"))
	}
	if a.output == "xlsx" && f.file == "" {
		return usage("--output xlsx", a.t("sebut berkasnya: --file keputusan.xlsx", "name the file: --file decisions.xlsx"))
	}
	table, err := api.NewDecisionTable(f.rules...)
	if err != nil {
		return usage("--rules: "+err.Error(), "purchase, incentive, revocation, …")
	}
	l, err := a.openToRead(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	st, err := l.stamp(ctx)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return a.decisions(ctx, w, l, table, st) }
	if f.file == "" {
		err = write(a.out)
	} else if err = a.writeFile(f.file, write); err == nil {
		a.talk(a.t("ditulis: %s", "written: %s"), f.file)
	}
	if err != nil {
		return err
	}
	a.footer(st)
	return nil
}

func (a *app) decisions(ctx context.Context, w io.Writer, l *ledger, t *api.DecisionTable, st stamp) error {
	bound := api.Bound{Events: &st.Number}
	var row func([]any) error
	var end func() error
	switch a.output {
	case "xlsx":
		b, err := newBook()
		if err != nil {
			return err
		}
		defer func() { _ = b.file.Close() }() // its temporary files; what counts was written before
		d, err := l.Digest(ctx, &st.Number, nil)
		if err != nil {
			return err
		}
		b.footer = footText(document{title: a.t("Keputusan", "Decisions"), place: api.Place{Events: d.Number, Root: d.Root}})
		if err = b.open(a.t("Keputusan", "Decisions"), func() error { return b.add(b.heading(columnKeys(t)...)) }); err != nil {
			return err
		}
		row = func(r []any) error { return b.add(b.decision(r)) }
		end = func() error { return errors.Join(b.shut(), b.file.Write(w)) }
	case "csv":
		c := csv.NewWriter(w)
		if err := c.Write(columnKeys(t)); err != nil {
			return err
		}
		row = func(r []any) error { return c.Write(decisionCSV(r)) }
		end = func() error { c.Flush(); return c.Error() }
	default:
		buf := bufio.NewWriter(w)
		s := sheet{}
		for _, k := range columnKeys(t) {
			s.columns = append(s.columns, column{key: k})
		}
		row = func(r []any) error {
			o, err := s.object(r)
			if err == nil {
				_, err = buf.Write(append(o, '\n'))
			}
			return err
		}
		end = buf.Flush
	}
	bar := a.progress(a.t("keputusan", "decisions"), -1, true, false)
	defer bar.end()
	n := 0
	for r, err := range l.Decisions(ctx, t, bound) {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err = row(r); err != nil {
			return err
		}
		n++
		bar.at(n)
	}
	if err := end(); err != nil {
		return err
	}
	a.talk(a.t("%d keputusan, %d kolom", "%d decisions, %d columns"), n, len(t.Columns))
	return nil
}

func columnKeys(t *api.DecisionTable) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Key
	}
	return out
}

// decisionCSV is a row for a spreadsheet: amounts and numbers as they are, texts as texts.
func decisionCSV(r []any) []string {
	out := make([]string, len(r))
	for i, v := range r {
		switch v := v.(type) {
		case nil:
		case domain.Money:
			out[i] = v.String()
		case int:
			out[i] = strconv.Itoa(v)
		case uint64:
			out[i] = strconv.FormatUint(v, 10)
		case time.Time:
			out[i] = v.UTC().Format(time.RFC3339Nano)
		default:
			out[i] = guarded(fmt.Sprint(v))
		}
	}
	return out
}

// decision is a row of a workbook: amounts are numbers, times and ids are texts.
func (b *book) decision(r []any) []any {
	out := make([]any, len(r))
	for i, v := range r {
		if t, ok := v.(time.Time); ok {
			v = t.UTC().Format(time.RFC3339Nano)
		}
		out[i] = b.cell(nil, v)
	}
	return out
}

package main

import (
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"saldo/domain"
)

func (a *app) eventsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "events [NAME]",
		Short: a.t("Jenis peristiwa di buku besar, dengan skema dan contohnya", "The types of events in the ledger, with schema and example"),
		Example: `  saldo events
  saldo events PurchaseRefused
  saldo events PurchaseRefused --output json`,
		Args: a.args(0, 1, "NAME"), ValidArgs: eventNames(),
		RunE: func(_ *cobra.Command, names []string) error { return a.runEvents(names) },
	}
}

func (a *app) runEvents(names []string) error {
	schema := func(name string) (json.RawMessage, error) { return domain.EventSchema(domain.EventName(name)) }
	if len(names) == 1 {
		name, err := a.named(names[0], eventNames(), "saldo events")
		if err != nil {
			return err
		}
		s, err := schema(name)
		if err != nil {
			return err
		}
		return a.schema(s, nil, nil)
	}
	if a.output == "json" || a.output == "ndjson" {
		return a.schemas(eventNames(), schema)
	}
	s := sheet{columns: []column{
		{key: "event", id: "PERISTIWA", en: "EVENT"}, {key: "stream", id: "ALIRAN", en: "STREAM"}, {key: "of", id: "DARI PERINTAH", en: "OF COMMAND"},
	}}
	rows := map[string][]any{}
	for _, x := range domain.Acts() {
		for _, n := range []string{string(x.Accepted), string(x.Refused)} {
			if row, ok := rows[n]; ok {
				row[2] = a.t("beberapa", "several")
				continue
			}
			rows[n] = []any{n, string(x.Kind), string(x.Name)}
		}
	}
	for _, k := range domain.StreamKinds() {
		for _, n := range eventNames() {
			if row := rows[n]; row[1] == string(k) {
				s.rows = append(s.rows, row)
			}
		}
	}
	s.rows = slices.Clip(s.rows)
	return a.print(s)
}

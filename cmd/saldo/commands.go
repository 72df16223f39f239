package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain"
)

func contains(all []string, s string) bool { return slices.Contains(all, s) }

func commandNames() []string {
	var out []string
	for _, s := range domain.Acts() {
		out = append(out, string(s.Name))
	}
	return out
}

// eventNames lists every event type in the order of the catalogue: of each act, what a yes and a no leave.
func eventNames() []string {
	var out []string
	for _, s := range domain.Acts() {
		for _, n := range []string{string(s.Accepted), string(s.Refused)} {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

func (a *app) commandsCommand() *cobra.Command {
	var examples bool
	c := &cobra.Command{
		Use:   "commands [NAME]",
		Short: a.t("Perintah yang diterima impor, dengan skema dan contohnya", "The commands that import takes, with schema and example"),
		Example: `  saldo commands
  saldo commands PurchaseCourse
  saldo commands PurchaseCourse --output json > purchase.schema.json
  saldo commands --examples | saldo import - --simulate --data contoh`,
		Long: a.t(`Tiap perintah satu baris JSON untuk "saldo import" (lihat saldo import --help: kunci, waktu, hasil).
Kebijakan untuk AdoptPolicy: saldo policy prakerja-2020@2 --output json. AbandonPurchase yang berhasil
tercatat sebagai penolakan ABANDONED_BY_PLATFORM. PurchaseCourse tanpa token_id tidak diperiksa
tokennya; untuk orang atau kartu yang tidak dikenal ia menjadi PurchaseUnattributed.`,
			`Each command is one line of JSON for "saldo import" (see saldo import --help: keys, times, outcomes).
The policy for AdoptPolicy: saldo policy prakerja-2020@2 --output json. An AbandonPurchase with success
is recorded as the refusal ABANDONED_BY_PLATFORM. PurchaseCourse without token_id is not checked for a
token; for a person or card that is not known it becomes PurchaseUnattributed.`),
		Args: a.args(0, 1, "NAME"), ValidArgs: commandNames(),
		RunE: func(_ *cobra.Command, names []string) error {
			if examples {
				return a.examples(names)
			}
			return a.runCommands(names)
		},
	}
	c.Flags().BoolVar(&examples, "examples", false, a.t("satu cerita utuh sebagai NDJSON, siap diimpor", "one coherent story as NDJSON, ready to import"))
	return c
}

// named finds one of the known names, in any case.
func (a *app) named(given string, known []string, list string) (string, error) {
	for _, k := range known {
		if strings.EqualFold(k, given) {
			return k, nil
		}
	}
	cure := list
	if near := domain.DidYouMean(given, known); near != "" {
		cure = a.t("maksudnya: ", "did you mean: ") + list + " " + near + "?"
	}
	return "", &problem{code: exitNotFound, what: fmt.Sprintf(a.t("tidak ada %q", "there is no %q"), clip(given)), cure: cure}
}

// examples prints the story, or the first line of it with a command.
func (a *app) examples(names []string) error {
	if err := a.only("ndjson", "json"); err != nil {
		return err
	}
	lines := domain.Examples()
	if len(names) == 1 {
		name, err := a.named(names[0], commandNames(), "saldo commands")
		if err != nil {
			return err
		}
		lines = slices.DeleteFunc(lines, func(l json.RawMessage) bool {
			var head struct {
				Command string `json:"command"`
			}
			return json.Unmarshal(l, &head) != nil || head.Command != name
		})
	}
	if a.output == "json" {
		return a.json(lines)
	}
	return a.rawLines(lines)
}

func (a *app) rawLines(lines []json.RawMessage) error {
	for _, l := range lines {
		if _, err := fmt.Fprintf(a.out, "%s\n", l); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) runCommands(names []string) error {
	schema := func(name string) (json.RawMessage, error) { return domain.CommandSchema(domain.CommandName(name)) }
	if len(names) == 1 {
		name, err := a.named(names[0], commandNames(), "saldo commands")
		if err != nil {
			return err
		}
		s, err := schema(name)
		if err != nil {
			return err
		}
		spec, _ := domain.SpecNamed(domain.CommandName(name))
		return a.schema(s, []string{"properties", "act"}, a.aboutCommand(spec))
	}
	if a.output == "json" || a.output == "ndjson" {
		return a.schemas(commandNames(), schema)
	}
	s := sheet{columns: []column{
		{key: "command", id: "PERINTAH", en: "COMMAND"},
		{key: "stream", id: "ALIRAN", en: "STREAM"},
		{key: "origin", id: "SIFAT", en: "ORIGIN"},
		{key: "owner", id: "PEMILIK", en: "OWNER"},
		{key: "accepted", id: "DITERIMA", en: "ACCEPTED"},
		{key: "refused", id: "DITOLAK", en: "REFUSED"},
		{key: "second_person", id: "DUA ORANG", en: "TWO PEOPLE"},
	}}
	if a.output != "csv" {
		s.columns = slices.Delete(s.columns, 4, 6)
	}
	for _, x := range domain.Acts() {
		row := []any{string(x.Name), string(x.Kind), string(x.Origin), string(x.Owner), string(x.Accepted), string(x.Refused), x.Second}
		if a.output != "csv" {
			row = slices.Delete(row, 4, 6)
		}
		s.rows = append(s.rows, row)
	}
	if err := a.print(s); err != nil {
		return err
	}
	a.talk("%s", a.t("Satu perintah: saldo commands NAMA. Skema: --output json. Contoh: --examples.", "One command: saldo commands NAME. Schemas: --output json. Examples: --examples."))
	return nil
}

func (a *app) aboutCommand(s domain.ActSpec) []string {
	owner := string(s.Owner)
	if owner == "" {
		owner = a.t("siapa saja yang berhak masuk", "anybody who may come in")
	}
	lines := []string{
		fmt.Sprintf(a.t("Aliran %s · %s · pemilik: %s · aturan %s", "Stream %s · %s · owner: %s · rules %s"), s.Kind, s.Origin, owner, s.Rules),
		fmt.Sprintf(a.t("Diterima: %s · ditolak: %s", "Accepted: %s · refused: %s"), s.Accepted, s.Refused),
	}
	switch s.Name {
	case "PurchaseCourse":
		lines = append(lines,
			a.t("Untuk orang atau kartu yang tidak dikenal: PurchaseUnattributed, di aliran intake platform itu.", "For a person or card that is not known: PurchaseUnattributed, in that platform's intake stream."),
			a.t("Tanpa token_id, token tidak diperiksa.", "Without token_id no token is checked."))
	case "AbandonPurchase":
		lines = append(lines, a.t("Keberhasilannya tercatat sebagai penolakan pembelian itu: PurchaseRefused, ABANDONED_BY_PLATFORM.", "Its success is recorded as the refusal of that purchase: PurchaseRefused, ABANDONED_BY_PLATFORM."))
	case "AdoptPolicy":
		lines = append(lines, a.t("Isi kebijakan 2020: saldo policy prakerja-2020@2 --output json", "The policy of 2020: saldo policy prakerja-2020@2 --output json"))
	}
	if s.Second {
		lines = append(lines, a.t("Perlu dokumen dan orang kedua: ProposeAction, ApproveAction, lalu action_id.", "Needs a document and a second person: ProposeAction, ApproveAction, then action_id."))
	}
	return lines
}

// schemas prints the schema of each name.
func (a *app) schemas(names []string, of func(string) (json.RawMessage, error)) error {
	all := make([]json.RawMessage, 0, len(names))
	for _, n := range names {
		s, err := of(n)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	if a.output == "ndjson" {
		return a.rawLines(all)
	}
	return a.json(all)
}

// schema prints one schema, as it is or for people.
func (a *app) schema(s json.RawMessage, path, about []string) error {
	switch a.output {
	case "json":
		return a.json(s)
	case "ndjson":
		return a.rawLines([]json.RawMessage{s})
	case "csv":
		fields, err := fieldsOf(s, path)
		if err != nil {
			return err
		}
		return a.print(fields)
	}
	var top struct {
		Title       string            `json:"title"`
		Description string            `json:"description"`
		Examples    []json.RawMessage `json:"examples"`
	}
	if err := json.Unmarshal(s, &top); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(a.bold(top.Title) + "\n")
	for _, l := range append([]string{top.Description}, about...) {
		if l != "" {
			a.paragraph(&b, l, 0)
		}
	}
	b.WriteString("\n")
	if _, err := a.out.Write([]byte(b.String())); err != nil {
		return err
	}
	fields, err := fieldsOf(s, path)
	if err != nil {
		return err
	}
	if err := a.print(fields); err != nil {
		return err
	}
	for _, e := range top.Examples {
		if _, err := fmt.Fprintf(a.out, "\n%s\n%s\n", a.bold(a.t("Contoh", "Example")), e); err != nil {
			return err
		}
	}
	return nil
}

// property is what people read of a field's schema.
type property struct {
	Type        string            `json:"type"`
	Description string            `json:"description"`
	Format      string            `json:"format"`
	Ref         string            `json:"$ref"`
	Enum        []string          `json:"enum"`
	Items       *property         `json:"items"`
	Properties  json.RawMessage   `json:"properties"`
	Required    []string          `json:"required"`
	Examples    []json.RawMessage `json:"examples"`
}

// fieldsOf lists the fields of an object schema in their order.
func fieldsOf(s json.RawMessage, path []string) (sheet, error) {
	for _, p := range path {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(s, &m); err != nil {
			return sheet{}, err
		}
		s = m[p]
	}
	var object property
	if err := json.Unmarshal(s, &object); err != nil {
		return sheet{}, err
	}
	names, err := orderedNames(object.Properties)
	if err != nil {
		return sheet{}, err
	}
	var props map[string]property
	if err := json.Unmarshal(object.Properties, &props); err != nil {
		return sheet{}, err
	}
	out := sheet{columns: []column{
		{key: "field", id: "BIDANG", en: "FIELD"}, {key: "type", id: "JENIS", en: "TYPE"}, {key: "required", id: "WAJIB", en: "REQUIRED"}, {key: "about", id: "KETERANGAN", en: "ABOUT"},
	}}
	for _, n := range names {
		p := props[n]
		about := p.Description
		if len(p.Enum) > 0 {
			about += " (" + strings.Join(p.Enum, ", ") + ")"
		}
		out.rows = append(out.rows, []any{n, p.kind(), slices.Contains(object.Required, n), about})
	}
	return out, nil
}

func (p property) kind() string {
	switch {
	case p.Ref != "":
		return p.Ref[strings.LastIndexByte(p.Ref, '/')+1:]
	case p.Format != "":
		return p.Format
	case p.Items != nil:
		return "[" + p.Items.kind() + "]"
	}
	return p.Type
}

// orderedNames gives the names of a JSON object in the order in which they stand.
func orderedNames(object json.RawMessage) ([]string, error) {
	if len(object) == 0 {
		return nil, nil
	}
	dec := json.NewDecoder(strings.NewReader(string(object)))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var names []string
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		names = append(names, fmt.Sprint(t))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return nil, err
		}
	}
	return names, nil
}

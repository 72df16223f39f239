package reason

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"saldo/domain/words"
)

//go:embed catalogue/*.json
var files embed.FS

// table is the catalogue in memory, read once when it is first needed. A file that cannot be read leaves its family out,
// so that a code then has no entry and no text; the tests of this package are what makes that impossible in a release.
//
//nolint:gochecknoglobals // the embedded files, decoded once; nothing writes to it afterwards
var table = sync.OnceValue(func() catalogue {
	c, _ := load(files)
	return c
})

// families lists the files in the order of an answer: what holds for everybody before what holds for one person.
func families() []string {
	return []string{
		"service", "platform", "token", "course", "person", "mechanics", "purchase",
		"class", "certificate", "incentive", "survey", "deadline", "revocation", "general",
	}
}

type catalogue struct {
	order  []Code
	byCode map[Code]Reason
}

// entry is a reason as its file has it.
type entry struct {
	Code      Code            `json:"code"`
	Owner     Owner           `json:"owner"`
	Final     bool            `json:"final"`
	Retry     *Retry          `json:"retry"`
	Era       string          `json:"era"`
	Values    []string        `json:"values"`
	Warn      bool            `json:"warn"`
	Hidden    []Audience      `json:"hidden_from"`
	Shows     words.Localized `json:"shows"`
	Cause     words.Localized `json:"cause"`
	Reference Reference       `json:"reference"`
	sentences
}

// load reads every family. The catalogue holds what could be read, the error what could not.
func load(fsys fs.FS) (catalogue, error) {
	c := catalogue{byCode: make(map[Code]Reason, 128)}
	var faults []error
	for _, family := range families() {
		if err := c.add(fsys, family); err != nil {
			faults = append(faults, fmt.Errorf("reason: family %s: %w", family, err))
		}
	}
	return c, errors.Join(faults...)
}

func (c *catalogue) add(fsys fs.FS, family string) error {
	data, err := fs.ReadFile(fsys, "catalogue/"+family+".json")
	if err != nil {
		return err
	}
	var file struct {
		Family  string   `json:"family"`
		Reasons []*entry `json:"reasons"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields() // a misspelt field is a text nobody would ever hear
	if err := dec.Decode(&file); err != nil {
		return err
	}
	if dec.More() {
		return errors.New("text after the end")
	}
	if file.Family != family {
		return fmt.Errorf("calls itself %q", file.Family)
	}
	for _, e := range file.Reasons {
		if _, twice := c.byCode[e.Code]; twice {
			return fmt.Errorf("%s has an entry already", e.Code)
		}
		c.order = append(c.order, e.Code)
		c.byCode[e.Code] = Reason{
			Code: e.Code, Family: family, Owner: e.Owner, Final: e.Final, Retry: e.Retry, Era: e.Era, Values: e.Values,
			Warn: e.Warn, Hidden: e.Hidden, Shows: e.Shows, Cause: e.Cause, Reference: e.Reference, sentences: &e.sentences,
		}
	}
	return nil
}

package domain

import (
	"reflect"
	"slices"
	"strings"
)

// Postings in words. They are derived by asking the code: a sample event is given one rupiah in one field at a time, and
// what moves between which accounts is written down. Postings are linear in the amounts of an event, or this would not work.

// transfer is money on its way from one account to another.
type transfer struct{ from, to, amount string }

// keyFields names the fields that make an event unique in its stream; ok is false where nothing does.
func keyFields(name EventName) (fields string, ok bool) {
	base := SampleEvent(name)
	key := naturalKey(base)
	if key == "" {
		return "", false
	}
	var out []string
	for _, l := range leaves("", reflect.TypeOf(base), nil) {
		for n := 500; n < 503; n++ { // an enumeration may give the same value once
			other := changed(base, l.index, func(v reflect.Value) {
				s := sampler{n: n}
				s.value(&wireField{}, v)
			})
			if naturalKey(other) != key {
				out = append(out, code(l.name))
				break
			}
		}
	}
	return strings.Join(out, ", "), true
}

// leaf is one plain field of an event, with its whole name.
type leaf struct {
	name  string
	typ   reflect.Type
	index []int
}

// leaves lists the plain fields of a struct, also those of structs inside, without pointers and lists.
func leaves(prefix string, t reflect.Type, index []int) []leaf {
	var out []leaf
	for _, f := range wireFields(t) {
		at := append(slices.Clone(index), f.Index...)
		switch {
		case f.Pointer:
		case kindOfType(f.Type) == wireObject:
			out = append(out, leaves(prefix+f.Name+".", f.Type, at)...)
		case kindOfType(f.Type) != wireList && kindOfType(f.Type) != wireMap:
			out = append(out, leaf{prefix + f.Name, f.Type, at})
		}
	}
	return out
}

// changed is an event with one field set.
func changed(e Event, index []int, set func(reflect.Value)) Event {
	v := reflect.New(reflect.TypeOf(e)).Elem()
	v.Set(reflect.ValueOf(e))
	set(v.FieldByIndex(index))
	out, ok := reflect.TypeAssert[Event](v)
	if !ok {
		return e
	}
	return out
}

// describePostings says in words what an event moves, one line per case.
func describePostings(name EventName) []string {
	base := SampleEvent(name)
	var amounts, switches []leaf
	for _, l := range leaves("", reflect.TypeOf(base), nil) {
		switch kindOfType(l.typ) {
		case wireMoney:
			amounts = append(amounts, l)
		case wireEnum, wireBool:
			if decides(base, l) {
				switches = append(switches, l)
			}
		case wireFree, wireObject, wireList, wireMap, wireInt, wireDate, wireTime, wireUUID, wireRef, wireText:
		}
	}
	var out []string
	for _, c := range cases(base, switches) {
		var parts []string
		for _, t := range transfers(c.event, amounts) {
			parts = append(parts, "`"+t.from+"` → `"+t.to+"`: "+t.amount)
		}
		if len(parts) > 0 {
			out = append(out, either(c.when == "", "", "("+c.when+") ")+strings.Join(parts, "; "))
		}
	}
	return out
}

// postingsText is the postings of a sample, to compare.
func postingsText(e Event) string {
	var b strings.Builder
	for _, p := range postingsOfSample(e) {
		b.WriteString(string(p.Account) + " " + p.Amount.String() + "\n")
	}
	return b.String()
}

// postingsOfSample asks for the postings of an event as it would stand in its stream.
func postingsOfSample(e Event) []Posting {
	return PostingsOf(Recorded{Stream: FundStreamOf(sampleYear), Type: TypeOf(e), Fact: e, Meta: Metadata{Origin: Decided}})
}

const sampleYear = 2020

// settings are the values that a switch can take.
func settings(l leaf) []string {
	if kindOfType(l.typ) == wireBool {
		return []string{"false", "true"}
	}
	return valuesOf(l.typ)
}

func (l leaf) set(to string) func(reflect.Value) {
	return func(v reflect.Value) {
		if v.Kind() == reflect.Bool {
			v.SetBool(to == "true")
			return
		}
		v.SetString(to)
	}
}

// decides reports whether the postings depend on a switch.
func decides(e Event, l leaf) bool {
	for _, s := range settings(l) {
		if postingsText(changed(e, l.index, l.set(s))) != postingsText(e) {
			return true
		}
	}
	return false
}

// postingCase is an event with its switches set one way.
type postingCase struct {
	when  string
	event Event
}

func cases(base Event, switches []leaf) []postingCase {
	out := []postingCase{{"", base}}
	for _, l := range switches {
		var next []postingCase
		for _, c := range out {
			for _, s := range settings(l) {
				next = append(next, postingCase{c.when + either(c.when == "", "", ", ") + l.name + " " + s, changed(c.event, l.index, l.set(s))})
			}
		}
		out = next
	}
	return out
}

// transfers gives each move with its amount as a sum of fields.
func transfers(e Event, amounts []leaf) []transfer {
	zero := e
	for _, l := range amounts {
		zero = changed(zero, l.index, func(v reflect.Value) { v.Set(reflect.ValueOf(Money{})) })
	}
	type pair struct{ from, to string }
	var order []pair
	terms := map[pair][]string{}
	for _, l := range amounts {
		one := changed(zero, l.index, func(v reflect.Value) { v.Set(reflect.ValueOf(Rupiah(1))) })
		legs := postingsOfSample(one)
		for i := 0; i+1 < len(legs); i += 2 {
			p := pair{symbolic(legs[i].Account, e), symbolic(legs[i+1].Account, e)}
			if _, known := terms[p]; !known {
				order = append(order, p)
			}
			terms[p] = append(terms[p], either(legs[i+1].Amount.Negative(), "- ", "+ ")+l.name)
		}
	}
	var out, memo []transfer
	for _, p := range order {
		if t := (transfer{p.from, p.to, sumText(terms[p])}); Account(p.from).Memo() {
			memo = append(memo, t)
		} else {
			out = append(out, t)
		}
	}
	return append(out, memo...)
}

// sumText writes a sum; the three purses of one field together are its total.
func sumText(terms []string) string {
	s := strings.TrimPrefix(strings.Join(terms, " "), "+ ")
	if whole, _, ok := strings.Cut(s, ".training + "); ok && s == whole+".training + "+whole+".job_search + "+whole+".survey" {
		return "total of `" + whole + "`"
	}
	return code(s)
}

// symbolic replaces the sample's own codes in an account's name by the names of the fields that they stand in.
func symbolic(a Account, e Event) string {
	name := string(a)
	head, tail, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	if head == "programme_fund" {
		return head + ".<fund year>"
	}
	v := reflect.ValueOf(e)
	for _, l := range leaves("", v.Type(), nil) {
		if kindOfType(l.typ) == wireText && v.FieldByIndex(l.index).String() == tail {
			return head + ".<" + l.name + ">"
		}
	}
	return name
}

// accountRows lists every account that an event moves money into or out of.
func accountRows() [][]string {
	var names []string
	by := map[string][]string{}
	for _, entry := range eventTable() {
		for _, line := range describePostings(entry.name) {
			for i, part := range strings.Split(line, "`") {
				account := i%2 == 1 && (strings.Contains(line, "`"+part+"` → `") || strings.Contains(line, "→ `"+part+"`:"))
				if !account {
					continue
				}
				if _, known := by[part]; !known {
					names = append(names, part)
				}
				if link := eventLink(entry.name); !slices.Contains(by[part], link) {
					by[part] = append(by[part], link)
				}
			}
		}
	}
	slices.Sort(names)
	rows := make([][]string, 0, len(names))
	for _, n := range names {
		rows = append(rows, []string{code(n), either(Account(n).Memo(), "yes", ""), strings.Join(by[n], ", ")})
	}
	return rows
}

// Package scenario is the reconstruction of August 2020 as commands: Kartu Prakerja, waves 1 to 4, from the first wave to the
// day on which the year's money was back in the treasury. It is data and code without a clock or dice: two builds give the
// same bytes. Every command says how sure its author is of it (sourced, inferred or invented); people, amounts and instants
// are illustration, and every invented fault happens at an invented platform, institution or payment partner.
package scenario

import (
	"slices"
	"time"

	"saldo/domain"
	"saldo/domain/reason"
)

// Organisation is the name under which the keys of the scenario's commands are hashed into command ids.
const Organisation = "scenario"

// Step is one command of the reconstruction, in the order of receipt.
type Step struct {
	Key       string // unique; the command's id is domain.CommandID(Organisation, Key)
	Command   domain.Command
	Expect    reason.Code // leading reason of the refusal that is meant to come; empty: accepted, or recorded as a fact
	Exception reason.Code // a reported fact that is recorded although this check fails
}

// Text is a text in both languages.
type Text struct{ ID, EN string }

// In gives the text in a language, Indonesian unless English is asked for.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ID
}

// KeyDate is a moment that a demonstration offers as its "today".
type KeyDate struct {
	At    time.Time
	About Text
}

// Steps lists the commands of the reconstruction in the order of receipt.
func Steps() []Step { return build().steps }

// DefaultNow is the demonstration's own today: 21 August 2020, 10.00 WIB.
func DefaultNow() time.Time { return wib(2020, 8, 21, 10, 0, 0) }

// KeyDates lists the moments to look from, in order.
func KeyDates() []KeyDate {
	return []KeyDate{
		{DefaultNow(), Text{"Pembayaran ditutup sejak dua hari, belum ada pengumuman", "Payments closed for two days, nothing announced"}},
		{wib(2020, 8, 24, 10, 0, 0), Text{"Sesudah pernyataan 23 Agustus: target akhir Agustus", "After the statement of 23 August: end of August is the target"}},
		{wib(2020, 8, 29, 10, 0, 0), Text{"Hari pembukaan kembali", "Day of the reopening"}},
		{wib(2020, 9, 15, 10, 0, 0), Text{"Batas pembelian pertama gelombang 4; insentif sedang diperiksa ulang", "Deadline of wave 4's first purchase; incentives are being rechecked"}},
		{wib(2020, 9, 24, 10, 0, 0), Text{"Sesudah pencabutan kepesertaan", "After the revocations"}},
		{wib(2020, 12, 17, 10, 0, 0), Text{"Dua hari sesudah hari terakhir pembelian", "Two days after the last day of purchases"}},
		{wib(2021, 3, 31, 16, 0, 0), Text{"Dana tahun 2020 kembali ke kas negara: Rp0", "The money of 2020 is back in the treasury: Rp0"}},
	}
}

// Banner stands on every page of the demonstration.
func Banner(lang string) string {
	return Text{
		"Rekonstruksi. Peserta, nominal dan waktu adalah contoh. 1 peserta contoh = sekitar 3.700 orang.",
		"Reconstruction. Participants, amounts and times are examples. 1 example participant = about 3,700 people.",
	}.In(lang)
}

// build writes the whole reconstruction.
func build() *script {
	s := newScript()
	s.programme()
	s.platforms()
	s.catalogue()
	s.populate()
	s.incident()
	s.personas()
	s.faults()
	s.lives()
	s.massFailure()
	s.complaints()
	s.settle()
	s.closing()
	s.tallies()
	s.answers()
	slices.SortStableFunc(s.steps, func(a, b Step) int { return a.Command.ReceivedAt.Compare(b.Command.ReceivedAt) })
	return s
}

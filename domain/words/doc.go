// Package words is how Saldo speaks: numbers, money, times, spans and sentence
// templates, in Indonesian and in English.
//
// A support officer reads Saldo's answer aloud to a participant, a partner
// pastes it into a ticket, an auditor quotes it in a finding. The same fact must
// read the same in all three, so every figure that reaches a person is written
// here and nowhere else:
//
//	Rp1.000.000 · 1.204 · 20 Agustus 2020 pukul 09.14 WIB · 4 hari 17 jam
//	Rp1,000,000 · 1,204 · 20 August 2020 at 09.14 WIB     · 4 days 17 hours
//
// The formatter is our own because golang.org/x/text writes "Rp 1.000.000" with
// a space that can break over a line, and "IDR" in English. Indonesian spelling
// (EYD) wants no space and no dot after Rp; the missing space also leaves
// no room to slip a digit in.
//
// The three Indonesian zones are fixed offsets, UTC+7, +8 and +9, with no
// daylight saving, so no zone database is needed and an answer replayed on
// another machine, in another decade, says the same hour. Nothing here reads a
// clock or the environment.
//
// Sentences come from a reason catalogue as templates. The template language is
// total (no loops, no calls, no nesting) so that a reviewer who does not program
// can read one, and a template that parsed cannot fail for any cause but a
// value nobody supplied:
//
//	Pembelian tanggal {attempt} belum dapat diproses[[ sejak {closed}]].
//
// {name} inserts a value; [[ ... ]] is dropped whole when any name in it is
// missing. Values are typed, so the language and the zone are chosen by the
// reader at the end and never by the code that found the facts.
//
// An API stays with RFC 3339 times and integer rupiah; this package is for people.
package words

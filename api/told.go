package api

import (
	"errors"

	"saldo/domain"
	"saldo/domain/reason"
	"saldo/domain/words"
)

// Told is an answer with its sentences, for machines.
type Told struct {
	domain.Answer
	Say  InLanguages[Sentences] `json:"say"`
	Next *InLanguages[string]   `json:"next,omitempty"`
	Ask  *InLanguages[[]string] `json:"ask,omitempty"`
}

// InLanguages is a text, or texts, in both languages.
type InLanguages[T any] struct {
	ID T `json:"id"`
	EN T `json:"en"`
}

// Sentences are an answer said and sent.
type Sentences struct {
	Written string `json:"written"`
	Spoken  string `json:"spoken"`
}

// Tell puts an answer into words for an audience and leaves of it what that audience may see.
func Tell(x domain.Answer, to reason.Audience, zone words.Zone) (Told, error) {
	voice := to.Voice()
	out := Told{Answer: x.For(to)}
	var next InLanguages[string]
	for lang, in := range map[words.Lang]struct {
		say  *Sentences
		next *string
	}{words.ID: {&out.Say.ID, &next.ID}, words.EN: {&out.Say.EN, &next.EN}} {
		var failed [3]error
		in.say.Written, failed[0] = x.Say(voice, reason.Written, lang, zone)
		in.say.Spoken, failed[1] = x.Say(voice, reason.Spoken, lang, zone)
		*in.next, failed[2] = x.Next(lang, zone)
		if err := errors.Join(failed[:]...); err != nil {
			return out, err
		}
	}
	if to == reason.Platform {
		return out, nil // the next step and the questions are for the participant
	}
	if next.ID != "" {
		out.Next = &next
	}
	if ask := (InLanguages[[]string]{x.Ask(words.ID), x.Ask(words.EN)}); len(ask.ID) > 0 && !x.Primary.HiddenFrom(to) {
		out.Ask = &ask
	}
	return out, nil
}

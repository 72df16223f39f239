package reason

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"saldo/domain/words"
)

// ErrNoText says that the catalogue has no such text. It is a fault of the catalogue or of a code it does not know.
var ErrNoText = errors.New("the catalogue has no such text")

// warning ends what a participant is sent about money or codes, since answers are what swindlers imitate.
func warning(l words.Lang) string {
	if l == words.EN {
		return "Never give your card number or OTP to anyone."
	}
	return "Jangan berikan nomor kartu dan OTP kepada siapa pun."
}

// sentences are all the texts of a reason.
type sentences struct {
	Texts struct {
		Participant, Platform, Staff, Auditor bilingual
	} `json:"texts"`
	Next  spoken `json:"next"`
	Asked struct {
		ID, EN []string
	} `json:"ask"`
}

type bilingual struct{ ID, EN lengths }

type lengths struct{ Spoken, Written sentence }

type spoken struct{ ID, EN sentence }

// sentence is a template that is parsed when it is first said: a process says few of the catalogue's 1,900.
type sentence struct {
	source string
	parsed atomic.Pointer[words.Template] // two readers may both parse it; they get the same
}

// UnmarshalText keeps the source.
func (s *sentence) UnmarshalText(text []byte) error {
	s.source = string(text)
	return nil
}

func (s *sentence) render(v words.Values, l words.Lang, z words.Zone) (string, error) {
	if s == nil || s.source == "" {
		return "", ErrNoText
	}
	t := s.parsed.Load()
	if t == nil {
		parsed, err := words.Parse(s.source)
		if err != nil {
			return "", err
		}
		t = &parsed
		s.parsed.Store(t)
	}
	return t.Render(v, l, z)
}

// Text says the reason to an audience. It fails with [ErrNoText], or with a [*words.MissingError] when v lacks a value
// that [Reason.Values] names; then the text is empty.
func (r Reason) Text(a Audience, n Length, l words.Lang, z words.Zone, v words.Values) (string, error) {
	text, err := r.sentences.text(a, n, l).render(v, l, z)
	if err != nil {
		return "", fmt.Errorf("reason: %s for %s, %s: %w", r.Code, a, n, err)
	}
	if r.Warn && a == Participant && n == Written {
		text += " " + warning(l)
	}
	return text, nil
}

// NextStep says to the participant what happens next and who must act. It fails as [Reason.Text] does.
func (r Reason) NextStep(l words.Lang, z words.Zone, v words.Values) (string, error) {
	text, err := r.sentences.next(l).render(v, l, z)
	if err != nil {
		return "", fmt.Errorf("reason: next step of %s: %w", r.Code, err)
	}
	return text, nil
}

// Ask returns what to ask the caller back, at most three questions; none where the ledger knows the cause itself.
func (r Reason) Ask(l words.Lang) []string {
	if r.sentences == nil {
		return nil
	}
	if l == words.EN {
		return slices.Clone(r.sentences.Asked.EN)
	}
	return slices.Clone(r.sentences.Asked.ID)
}

// text finds a sentence, nil when there is none of the kind.
func (s *sentences) text(a Audience, n Length, l words.Lang) *sentence {
	if s == nil {
		return nil
	}
	var b *bilingual
	switch a {
	case Participant:
		b = &s.Texts.Participant
	case Platform:
		b = &s.Texts.Platform
	case Staff:
		b = &s.Texts.Staff
	case Auditor:
		b = &s.Texts.Auditor
	default:
		return nil
	}
	in := &b.ID
	if l == words.EN {
		in = &b.EN
	}
	switch n {
	case Spoken:
		return &in.Spoken
	case Written:
		return &in.Written
	}
	return nil
}

func (s *sentences) next(l words.Lang) *sentence {
	switch {
	case s == nil:
		return nil
	case l == words.EN:
		return &s.Next.EN
	}
	return &s.Next.ID
}

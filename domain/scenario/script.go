package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
)

// script collects steps and keeps the few books that later steps need: who has bought what, and what is left in the fund.
type script struct {
	steps     []Step
	people    []*person
	courses   []*course
	purchases []*bought
	fund      []movement // of the programme fund of 2020
	mass      []payout   // payouts of 10 to 15 September that failed together
	unmade    []*person  // whose participation is to be revoked for no purchase
	decided   []arrival  // purchase attempts that came to an outcome, for the tallies
	cast      map[string]*person
	cases     map[reason.Code]Case
	questions []Asked
}

// movement is money into or out of the programme fund.
type movement struct {
	at     time.Time
	amount int64
}

// arrival is a purchase attempt at a platform.
type arrival struct {
	at       time.Time
	platform domain.PlatformCode
}

func newScript() *script {
	return &script{cast: map[string]*person{}, cases: map[reason.Code]Case{}}
}

// option changes a step before it is filed.
type option func(*Step)

func expect(c reason.Code) option        { return func(s *Step) { s.Expect = c } }
func exception(c reason.Code) option     { return func(s *Step) { s.Exception = c } }
func under(action uuid.UUID) option      { return func(s *Step) { s.Command.ActionID = &action } }
func effective(t time.Time) option       { return func(s *Step) { s.Command.Effective = &t } }
func document(a domain.Authority) option { return func(s *Step) { s.Command.Authority = &a } }
func graded(g domain.Grade) option       { return func(s *Step) { s.Command.Source.Grade = g } }
func commandID(key string) uuid.UUID     { return domain.CommandID(Organisation, key) }
func rp(n int64) domain.Money            { return domain.Rupiah(n) }
func dateOf(t time.Time) domain.Date     { return domain.DateOf(t) }

// id is a stable id that says nothing.
func id(kind, name string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:saldo:scenario:"+kind+":"+name))
}

// sha stands for the digest of a file that does not exist.
func sha(name string) domain.Digest {
	h := sha256.Sum256([]byte("saldo/scenario/" + name))
	return domain.Digest(hex.EncodeToString(h[:]))
}

// flow notes money into the programme fund, or out of it.
func (s *script) flow(t time.Time, rupiah int64) { s.fund = append(s.fund, movement{t, rupiah}) }

// file appends a step; illustration unless an option says better.
func (s *script) file(key string, at time.Time, who domain.Actor, act domain.Act, opts ...option) {
	step := Step{Key: key, Command: domain.Command{
		ID: commandID(key), ReceivedAt: domain.Canonical(at), Actor: who, Act: act,
		Source: &domain.Source{System: "reconstruction", Grade: domain.Invented},
	}}
	for _, o := range opts {
		o(&step)
	}
	s.steps = append(s.steps, step)
}

// second has a second person approve what an act, or a batch of acts of one kind, is going to do.
func (s *script) second(key string, at time.Time, body domain.ProposalBody, opts ...option) uuid.UUID {
	action := id("action", key)
	on := domain.OnAction{Action: action}
	s.file(key+"/propose", at.Add(-90*time.Minute), officer(1), domain.ProposeAction{OnAction: on, ProposalBody: body}, append(opts, document(body.Authority))...)
	s.file(key+"/approve", at.Add(-30*time.Minute), officer(2), domain.ApproveAction{OnAction: on}, opts...)
	return action
}

// ordered files an act of the programme office that needs a document and a second person.
func (s *script) ordered(key string, at time.Time, act domain.Act, doc domain.Authority, opts ...option) {
	body := domain.ProposalBody{Command: domain.SpecOf(act).Name, On: act.Stream(), Count: 1, Authority: doc}
	action := s.second(key, at, body, graded(gradeOf(opts)))
	s.file(key, at, officer(1), act, append([]option{under(action)}, opts...)...)
}

// gradeOf is the grade that options give a step.
func gradeOf(opts []option) domain.Grade {
	st := Step{Command: domain.Command{Source: &domain.Source{Grade: domain.Invented}}}
	for _, o := range opts {
		o(&st)
	}
	return st.Command.Source.Grade
}

// instruction is the document behind an act that no published paper stands for.
func instruction(number string, t time.Time) domain.Authority {
	return domain.Authority{Kind: domain.AuthorityInstruction, Number: domain.DecreeNumber(number), Date: dateOf(t)}
}

func officer(n int) domain.Actor {
	return domain.Actor{Party: domain.PartyProgramme, Role: "officer", ID: id("officer", num(n, 2))}
}

func backend(p domain.PlatformCode) domain.Actor {
	return domain.Actor{Party: domain.PartyPlatform, Code: domain.Reference(p), Role: "backend", ID: id("backend", string(p))}
}

func teacher(i domain.InstitutionCode) domain.Actor {
	return domain.Actor{Party: domain.PartyInstitution, Code: domain.Reference(i), Role: "backend", ID: id("institution", string(i))}
}

func payer(p domain.PartnerCode) domain.Actor {
	return domain.Actor{Party: domain.PartyPayment, Code: domain.Reference(p), Role: "backend", ID: id("payer", string(p))}
}

func bank() domain.Actor {
	return domain.Actor{Party: domain.PartyBank, Code: "bni", Role: "backend", ID: id("bank", "bni")}
}

func treasury() domain.Actor {
	return domain.Actor{Party: domain.PartyTreasury, Role: "officer", ID: id("treasury", "kppn")}
}

func support() domain.Actor {
	return domain.Actor{Party: domain.PartySupport, Role: "agent", ID: id("support", "01")}
}

func system() domain.Actor {
	return domain.Actor{Party: domain.PartySystem, Role: "intake", ID: id("system", "01")}
}

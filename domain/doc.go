// Package domain is the rulebook of the ledger: what can be asked for (acts), what can have happened (events), what is
// compared (facts), how it is judged (checks and policies) and how a question about it is answered. It is values and
// functions: no clock, no randomness, no I/O; times and ids come in with the command.
//
// The way of a command: Gather collects flat Facts from the state of its one stream, the registry and a few look-ups; Judge
// runs the checks of its rule set over facts and policy and gives a Decision; the decision stands, with its facts, in the
// event that Prepare encodes. Evolve folds events into states. Explain answers questions with the same checks; Redecide
// makes every recorded decision again.
//
// Where things are: one noun, one file. A noun's file has the bodies, events and acts (purchase.go, certificate.go ...);
// acts.go is the table of acts and event.go the table of events; rules_<set>_<version>.go are the rule sets, frozen once
// released; gather*.go says where each fact comes from; participant.go and registry_state.go are the folds; postings.go the
// double entry. catalogue.md and rulebook.md are generated from this code: read them first.
package domain

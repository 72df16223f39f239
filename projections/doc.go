// Package projections holds the read models: answers to questions about many streams, kept in SQLite beside the log and
// thrown away without loss.
//
// One [Models] is one directory. A runner follows the log and folds every event into all models; rows and checkpoint of a
// batch commit in one transaction, so that all models stand at the same place of the log, and an answer says at which.
// What one person's stream or the registry's streams answer by themselves is read from the log and not copied.
//
// The past is asked by position: a [View] finds the place at which the log stood at a time ([View.PlaceAt]) or a number of
// events ([View.PlaceOf]). Sums are kept at marks and brought forward from there by the fold that keeps them; one person is
// folded from their own stream. So a question about the past costs the same however old it is. What is certified is by
// position, never by effective date: that order is told for one person, on demand ([View.Hindsight]).
//
// A model is a file: its rows, its fold and its questions. Its tables are in a migration. It sees each event once, in
// global order, and keeps nothing outside its tables, so that folding again gives the same bytes.
package projections

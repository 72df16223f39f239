// Package projections holds the read models: answers to questions about many streams, kept in SQLite beside the log and
// thrown away without loss.
//
// One [Models] is one directory. A runner follows the log and folds every event into all models; rows and checkpoint of a
// batch commit in one transaction, so that all models stand at the same place of the log, and an answer says at which.
// What one person's stream or the registry's streams answer by themselves is read from the log and not copied.
//
// A model is a file: its rows, its fold and its questions. Its tables are in a migration. It sees each event once, in
// global order, and keeps nothing outside its tables, so that folding again gives the same bytes.
package projections

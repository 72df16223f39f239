// Package api is the ledger as a service: Execute decides and records, the questions explain, the audit checks. It knows no
// HTTP yet; the command line and, later, the HTTP server are callers of the same Service.
//
// Nothing writes a stream of the ledger but Execute. A command is decided by the pure rules of package domain against the
// folded state of its one stream and the registry, encoded once, and appended at the revision that it was decided on; a lost
// race reads what came in between and decides again with the same receipt time.
package api

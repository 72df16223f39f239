package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Ways to open a database. A fresh one is thrown away if the process dies, so that it needs neither journal nor syncs.
const (
	liveOptions  = "_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=busy_timeout(5000)&_pragma=cache_size(-32768)&_pragma=temp_store(memory)"
	freshOptions = "_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)&_pragma=cache_size(-131072)&_pragma=temp_store(memory)"
	readOptions  = "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(5000)&_pragma=cache_size(-16384)&_pragma=temp_store(memory)"
)

// readers bounds how many questions are answered side by side.
const readers = 8

func openSQLite(path, options string) (*sql.DB, error) {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options}
	return sql.Open("sqlite", u.String())
}

// openWriter opens a database for its one writer.
func openWriter(ctx context.Context, path, options string) (*sql.DB, *sql.Conn, error) {
	db, err := openSQLite(path, options)
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err == nil {
		err = conn.PingContext(ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return db, conn, nil
}

// damaged reports whether an error of SQLite says that the file is none, or is broken: it is built anew then.
func damaged(err error) bool {
	if err == nil {
		return false
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { //nolint:mnd // the low byte is the primary code
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
			return true
		}
	}
	return strings.Contains(err.Error(), "no such table") // it was dropped while the database was open
}

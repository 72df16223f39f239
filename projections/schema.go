package projections

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// foldVersion changes whenever a model folds differently, so that databases of before are built anew.
const foldVersion = 1

// indexLine separates a migration's tables from its secondary indexes, which a fresh database gets at the end.
const indexLine = "-- indexes"

// migration is one numbered file: the tables of a model, and behind indexLine its indexes.
type migration struct {
	name            string // 0001_people.sql
	tables, indexes string
}

func migrations() ([]migration, error) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, name := range files {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		tables, indexes, _ := strings.Cut(string(text), indexLine)
		out = append(out, migration{strings.TrimPrefix(name, "migrations/"), tables, indexes})
	}
	return out, nil
}

// fingerprint is what a database must have been made by, to be gone on with: the same tables and the same folds. Indexes are
// not in it: they can be added to a database that has its rows.
func fingerprint() (string, error) {
	all, err := migrations()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "fold %d\n", foldVersion)
	for _, m := range all {
		fmt.Fprintf(h, "%s\n%s\n", m.name, m.tables)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// createTables makes the tables of an empty database.
func createTables(ctx context.Context, db queryer) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	for _, m := range all {
		if _, err := db.ExecContext(ctx, m.tables); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

// createIndexes adds the secondary indexes that are missing; each is CREATE ... IF NOT EXISTS.
func createIndexes(ctx context.Context, db queryer) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	for _, m := range all {
		if strings.TrimSpace(m.indexes) == "" {
			continue
		}
		if _, err := db.ExecContext(ctx, m.indexes); err != nil {
			return fmt.Errorf("indexes of migration %s: %w", m.name, err)
		}
	}
	return nil
}

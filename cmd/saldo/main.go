// Command saldo is the ledger's command line: it asks why, shows what is recorded, takes commands and facts in, and checks
// the log. Data goes to stdout, talk to stderr; exit codes are documented in "saldo help exit-codes".
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/google/uuid"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program. The real clock and real random ids are read here and nowhere else.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{in: stdin, out: stdout, err: stderr, env: os.Getenv, clock: time.Now, newID: uuid.NewString}
	return a.run(ctx, args)
}

package api

import (
	"context"
	"time"
)

// decidePatience is how long what was begun goes on once nobody waits for it any more.
const decidePatience = 30 * time.Second

// finishing is a context for what must not stop half-way: it ends decidePatience after ctx does. An append that nobody waits
// for would be in the log and not in the registry of the only node that decides by it.
func finishing(ctx context.Context) (context.Context, func()) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(decidePatience, cancel) })
	return own, func() {
		stop()
		cancel()
	}
}

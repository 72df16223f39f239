package api

import (
	"fmt"
	"math"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits of requests: generous, against a loop gone wild and guessing of tokens, not against load.
const (
	tokenRate      = 2000 // requests a second of one token
	tokenBurst     = 4000
	addressRate    = 50 // requests a second without a token that holds, of one address
	addressBurst   = 200
	limitersKept   = 10_000
	limitersUnused = 10 * time.Minute
)

// limits counts requests per token, or per address where there is none.
type limits struct {
	mu  sync.Mutex
	by  map[string]*limited
	max int
}

type limited struct {
	*rate.Limiter
	used time.Time
}

func newLimits() *limits { return &limits{by: map[string]*limited{}, max: limitersKept} }

// free lists the routes that are never refused: who looks after the machine must be able to look.
func free(route string) bool { return route == "livez" || route == "readyz" || route == "metrics" }

// admit refuses what comes too fast, with the time to wait.
func (l *limits) admit(c *call) error {
	key, r, burst := c.limiter()
	l.mu.Lock()
	x, known := l.by[key]
	if !known {
		l.sweep(c.now)
		x = &limited{Limiter: rate.NewLimiter(r, burst)}
		l.by[key] = x
	}
	x.used = c.now
	l.mu.Unlock()
	reserved := x.ReserveN(c.now, 1)
	wait := reserved.DelayFrom(c.now)
	if wait == 0 {
		return nil
	}
	reserved.CancelAt(c.now)
	p := refuse(ProblemTooMany, "")
	p.headers = map[string]string{
		"Retry-After":      strconv.Itoa(int(math.Ceil(wait.Seconds()))),
		"RateLimit-Policy": fmt.Sprintf(`"default";q=%d;w=1`, int(r)),
	}
	return p
}

// limiter is whose requests are counted, and how many of them are admitted.
func (c *call) limiter() (key string, r rate.Limit, burst int) {
	if c.client != nil {
		return c.client.Token, tokenRate, tokenBurst
	}
	host, _, err := net.SplitHostPort(c.RemoteAddr)
	if err != nil {
		host = c.RemoteAddr
	}
	return "address " + host, addressRate, addressBurst
}

// sweep forgets what was not used lately; mu is held.
func (l *limits) sweep(now time.Time) {
	if len(l.by) < l.max {
		return
	}
	for k, x := range l.by {
		if now.Sub(x.used) > limitersUnused {
			delete(l.by, k)
		}
	}
	for k := range l.by {
		if len(l.by) < l.max {
			break
		}
		delete(l.by, k)
	}
}

package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/google/uuid"
)

func asExit(err error, exit **exec.ExitError) bool { return errors.As(err, exit) }

// determinations is a file of that many facts about people.
func determinations(n int) string {
	var b strings.Builder
	for i := range n {
		id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "test:%d", i))
		fmt.Fprintf(&b, `{"command":"RecordNotification","key":"n-%d","received_at":"2020-08-16T02:00:00Z","act":{"participant":"%s","channel":"sms","sent_at":"2020-08-16T02:00:00Z"}}`+"\n", i+1, id)
	}
	return b.String()
}

func fixedClock() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// globalsForTest sets what the global flags would.
func (a *app) globalsForTest() error {
	a.langFlag, a.zoneFlag = "id", "WIB"
	return a.globals()
}

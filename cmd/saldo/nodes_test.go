package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"saldo/api"
	"saldo/eventstore"
)

// process is the program in a process of its own: this test's binary under another name, see TestMain.
func process(args ...string) *exec.Cmd { return exec.Command("saldo", args...) }

// imported is an import that runs to its end in a process of its own: its results by key, in the file's order.
func imported(t *testing.T, store, file string, keys []string) map[string]result {
	t.Helper()
	c := process("import", file, "--store", store, "--output", "ndjson", "--lang", "en")
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Errorf("%v: %s\n%s", err, &said, out)
	}
	return resultsOf(t, out, keys)
}

func resultsOf(t *testing.T, ndjson []byte, keys []string) map[string]result {
	t.Helper()
	found := map[string]result{}
	for line := range bytes.Lines(ndjson) {
		var r result
		if json.Unmarshal(line, &r) != nil {
			continue // the last line of a process that was killed
		}
		found[keys[r.Line-1]] = r
	}
	return found
}

// fact is a line of a file.
func fact(command, key string, act map[string]any) string {
	return line(command, key, map[string]any{"received_at": "2020-08-16T02:00:00Z"}, act)
}

func line(command, key string, more, act map[string]any) string {
	out := map[string]any{"command": command, "key": key, "act": act}
	maps.Copy(out, more)
	data, err := json.Marshal(out)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func subjectOf(n int) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "nodes:%d", n)).String()
}

// order is a purchase of a course, as a platform sends it.
func order(key string, n int, course, amount string) string {
	return line("PurchaseCourse", key, nil, map[string]any{
		"participant": subjectOf(n), "course_code": course, "platform": "platform-a", "invoice_code": "INV-" + key, "amount": amount, "currency": "IDR",
	})
}

// ledgerOfBuyers records a programme that lasts, three courses and people with a million each, as history: that needs no lead.
func ledgerOfBuyers(t *testing.T, store string, people int) {
	t.Helper()
	code, text, said := cli(t, "policy", "prakerja-2020@1", "--output", "json")
	require.Equal(t, exitOK, code, said)
	var policy map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &policy))
	policy["version"] = 9
	policy["conduct"].(map[string]any)["last_day"] = "2099-12-31"
	lines := []string{
		fact("AdoptPolicy", "f-policy", map[string]any{"policy": policy}),
		fact("AdmitPlatform", "f-platform", map[string]any{"platform": "platform-a", "name": "Platform"}),
		fact("ApproveInstitution", "f-institution", map[string]any{"institution": "lembaga-a", "name": "Lembaga"}),
	}
	for course, price := range map[string]string{"c-1": "350000", "c-2": "600000", "c-3": "600000"} {
		lines = append(lines,
			fact("SubmitCourse", "f-submit-"+course, map[string]any{"course_code": course, "title": "Pelatihan", "institution": "lembaga-a", "modality": "webinar", "interactive": true}),
			fact("ApproveCourse", "f-approve-"+course, map[string]any{"course_code": course, "under": "prakerja-2020@9", "interactive": true}),
			fact("OfferCourse", "f-offer-"+course, map[string]any{"course_code": course, "platform": "platform-a", "price": price, "currency": "IDR"}))
	}
	purses := map[string]any{"training": "1000000", "job_search": "2400000", "survey": "150000"}
	for n := range people {
		who := subjectOf(n)
		lines = append(lines,
			fact("DetermineRecipient", fmt.Sprint("f-determine-", n), map[string]any{"participant": who, "decree": "SK-4/2020", "line": n + 1, "wave": 4, "policy": "prakerja-2020@9", "package": purses, "currency": "IDR", "fund_year": 2020}),
			fact("IssueCard", fmt.Sprint("f-card-", n), map[string]any{"participant": who}),
			fact("CreditBalance", fmt.Sprint("f-credit-", n), map[string]any{"participant": who, "reference": "BNI-1", "amounts": purses, "currency": "IDR", "fund_year": 2020}))
	}
	code, _, said = cli(t, "import", fileOf(t, lines), "--as", "facts", "--store", store, "--lang", "en")
	require.Equal(t, exitOK, code, said)
}

func fileOf(t *testing.T, lines []string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "lines.ndjson")
	require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return name
}

// stands is an event as "saldo export" gives it.
type stands struct {
	Stream   string
	Type     string
	Revision uint64
	Metadata struct {
		CommandID  string     `json:"command_id"`
		ReceivedAt time.Time  `json:"received_at"`
		InForceAt  *time.Time `json:"in_force_at"`
		Origin     string     `json:"origin"`
	}
}

// agreed reads the log behind two nodes and holds it to what must be true: each decision once, nobody bought twice, every decision made
// again, nothing found beyond the decree that these tests leave out.
func agreed(t *testing.T, store string) []stands {
	t.Helper()
	code, out, said := cli(t, "export", "--store", store)
	require.Equal(t, exitOK, code, said)
	var all []stands
	once, bought := map[string]bool{}, map[string]int{}
	for line := range strings.Lines(out) {
		var e stands
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		require.False(t, once[e.Metadata.CommandID], "%s has two outcomes", e.Metadata.CommandID)
		once[e.Metadata.CommandID] = true
		if e.Type == "CoursePurchased" {
			bought[e.Stream]++
			require.Equal(t, 1, bought[e.Stream], "%s was spent twice", e.Stream)
		}
		all = append(all, e)
	}
	code, out, said = cli(t, "audit", "redecide", "--store", store, "--quiet", "--output", "json")
	require.Equal(t, exitOK, code, "%s %s", out, said)
	_, out, said = cli(t, "check", "--store", store, "--output", "json")
	var rep struct {
		Findings []api.Finding `json:"findings"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &rep), "%s %s", out, said)
	for _, f := range rep.Findings {
		require.Equal(t, "decree", f.Kind, f.Detail)
	}
	return all
}

// TestTwoProcessesOverOneServer imports two files that overlap, at the same time, in two processes: the same people, some lines
// in both. No balance is spent twice, and a line that is in both has one event and one answer.
func TestTwoProcessesOverOneServer(t *testing.T) {
	const people = 60
	store := wireProcess(t, "--memory", "--allow-append", "--quiet")
	ledgerOfBuyers(t, store, people)
	var files, keys [2][]string
	for n := range people {
		for i, course := range []string{"c-2", "c-3"} {
			own, both := fmt.Sprint("own-", i, "-", n), fmt.Sprint("both-", n)
			files[i] = append(files[i], order(own, n, course, "600000"), order(both, n, "c-1", "350000"))
			keys[i] = append(keys[i], own, both)
		}
	}
	var answers [2]map[string]result
	var all sync.WaitGroup
	for i := range files {
		name := fileOf(t, files[i])
		all.Go(func() { answers[i] = imported(t, store, name, keys[i]) })
	}
	all.Wait()
	require.False(t, t.Failed())
	for n := range people {
		accepted := 0
		for i := range files {
			if answers[i][fmt.Sprint("own-", i, "-", n)].Outcome == outcomeAccepted {
				accepted++
			}
		}
		a, b := answers[0][fmt.Sprint("both-", n)], answers[1][fmt.Sprint("both-", n)]
		require.Equal(t, a.Reference, b.Reference)
		require.Equal(t, *a.Revision, *b.Revision, "%+v %+v", a, b)
		require.Equal(t, cmp.Or(a.Was, a.Outcome), cmp.Or(b.Was, b.Outcome))
		if cmp.Or(a.Was, a.Outcome) == outcomeAccepted {
			accepted++
		}
		require.Equal(t, 1, accepted, "of three courses one")
	}
	decided := 0
	for _, e := range agreed(t, store) {
		if e.Metadata.Origin == "decided" {
			decided++
		}
	}
	require.Equal(t, 3*people, decided)
}

// TestAProcessIsKilled ends a process with SIGKILL in the middle of its file; another takes the same file: each line exactly once.
func TestAProcessIsKilled(t *testing.T) {
	const people, after = 400, 60
	store := wireProcess(t, "--memory", "--allow-append", "--quiet")
	ledgerOfBuyers(t, store, people)
	var lines, keys []string
	for n := range people {
		keys = append(keys, fmt.Sprint("p-", n))
		lines = append(lines, order(keys[n], n, "c-1", "350000"))
	}
	name := fileOf(t, lines)
	first := process("import", name, "--store", store, "--output", "ndjson", "--quiet")
	out, err := first.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, first.Start())
	var printed bytes.Buffer
	scan := bufio.NewScanner(out)
	for n := 0; scan.Scan(); n++ {
		printed.Write(append(scan.Bytes(), '\n'))
		if n == after {
			require.NoError(t, first.Process.Kill())
		}
	}
	require.Error(t, first.Wait(), "it was killed")
	before := resultsOf(t, printed.Bytes(), keys)
	require.Less(t, len(before), people, "killed in the middle")

	then := imported(t, store, name, keys)
	require.Len(t, then, people)
	for key, r := range before {
		require.Equal(t, outcomeReplayed, then[key].Outcome, key)
		require.Equal(t, r.Outcome, then[key].Was)
		require.Equal(t, *r.Revision, *then[key].Revision)
		require.Equal(t, r.Reference, then[key].Reference)
	}
	purchases := 0
	for _, e := range agreed(t, store) {
		if e.Type == "CoursePurchased" {
			purchases++
		}
	}
	require.Equal(t, people, purchases)
}

// TestAGateOverTwoProcesses closes the gate in one process while another goes on deciding, process after process: each decision
// follows from its own receipt and the one instant at which the gate is closed, whoever made it.
func TestAGateOverTwoProcesses(t *testing.T) {
	const people = 400
	store := wireProcess(t, "--memory", "--allow-append", "--quiet")
	ledgerOfBuyers(t, store, people)
	officer := func(n int) map[string]any {
		return map[string]any{"actor": map[string]any{"party": "programme_office", "role": "officer", "id": subjectOf(1_000_000 + n)}}
	}
	action, approved := subjectOf(2_000_000), officer(1)
	approved["action_id"] = action
	gate := []string{
		line("ProposeAction", "propose", officer(1), map[string]any{"action": action, "command": "ClosePaymentGate", "count": 1, "authority": map[string]any{"kind": "decree", "number": "SK-1/2020", "date": "2020-08-16"}}),
		line("ApproveAction", "approve", officer(2), map[string]any{"action": action}),
		line("ClosePaymentGate", "close", approved, map[string]any{"scope": "all", "cause": "administrative_verification", "ordered_by": "programme_office", "notice_id": "ditutup", "notice_en": "closed", "clock_effect": "none"}),
		order("last-of-one", people-1, "c-1", "350000"), // waits until the gate is in force
	}
	var all sync.WaitGroup
	over := make(chan struct{})
	name := fileOf(t, gate)
	all.Go(func() {
		defer close(over)
		got := imported(t, store, name, []string{"propose", "approve", "close", "last-of-one"})
		if got["close"].Outcome != outcomeAccepted || got["last-of-one"].Reason != "PMO_PAYMENT_GATE_CLOSED" {
			t.Errorf("%+v", got)
		}
	})
	n := 0
	for more := true; more && n < people-2; n++ {
		select {
		case <-over: // and one more behind it
			more = false
		default:
		}
		key := fmt.Sprint("p-", n)
		imported(t, store, fileOf(t, []string{order(key, n, "c-1", "350000")}), []string{key})
	}
	all.Wait()
	require.False(t, t.Failed())
	var inForce time.Time
	events := agreed(t, store)
	for _, e := range events {
		if e.Type == "PaymentGateClosed" {
			inForce = *e.Metadata.InForceAt
			require.GreaterOrEqual(t, inForce.Sub(e.Metadata.ReceivedAt), 5*time.Second)
		}
	}
	require.False(t, inForce.IsZero())
	open, closed := 0, 0
	for _, e := range events {
		switch e.Type {
		case "CoursePurchased":
			open++
			require.True(t, e.Metadata.ReceivedAt.Before(inForce), "%s", e.Metadata.ReceivedAt)
		case "PurchaseRefused":
			closed++
			require.False(t, e.Metadata.ReceivedAt.Before(inForce), "%s", e.Metadata.ReceivedAt)
		}
	}
	require.NotZero(t, open)
	require.NotZero(t, closed)
}

// TestAnOlderReleaseAtTheServer: what a newer node recorded and this one can't read stops its decisions, with the code and the
// cure, and nothing is recorded. The other outcomes of a node that lags behind are said in both languages.
func TestAnOlderReleaseAtTheServer(t *testing.T) {
	store := wireProcess(t, "--memory", "--allow-append", "--quiet")
	ledgerOfBuyers(t, store, 1)
	a := &app{err: &bytes.Buffer{}, env: os.Getenv, clock: fixedClock, newID: func() string { return "newer" }}
	require.NoError(t, a.globalsForTest())
	newer, err := a.openServer(t.Context(), place{text: store, server: true})
	require.NoError(t, err)
	var last uint64
	for r, err := range newer.ReadStream(t.Context(), "programme", eventstore.ReadOptions{}) {
		require.NoError(t, err)
		last = r.Revision
	}
	meta := []byte(`{"command_id":"` + subjectOf(9) + `","received_at":"2026-01-01T00:00:00Z","recorded_at":"2026-01-01T00:00:00Z","actor":{"party":"programme_office","id":"` + subjectOf(9) + `"},"origin":"decided","outcome":"accepted"}`)
	_, err = newer.Append(t.Context(), "programme", eventstore.At(last), eventstore.EventData{ID: [16]byte{9}, Type: "PaymentGateTilted", JSON: true, Data: []byte(`{}`), Metadata: meta})
	require.NoError(t, err)
	require.NoError(t, newer.Close())
	_, before, _ := cli(t, "digest", "--store", store, "--output", "csv")
	for lang, text := range map[string]string{"id": "tidak mengenal programme@1 PaymentGateTilted", "en": "does not know programme@1 PaymentGateTilted"} {
		code, out, said := cli(t, "import", fileOf(t, []string{order("p-1", 0, "c-1", "350000")}), "--store", store, "--lang", lang)
		require.Equal(t, exitFailure, code, said)
		require.Contains(t, out, "NODE_TOO_OLD")
		require.Contains(t, strings.Join(strings.Fields(out), " "), text)
	}
	_, after, _ := cli(t, "digest", "--store", store, "--output", "csv")
	require.Equal(t, before, after, "nothing was recorded")
}

// TestNodeBehind: a node that lags behind is told as such, with exit code 7, in both languages.
func TestNodeBehind(t *testing.T) {
	for lang, text := range map[string][]string{"id": {"belum membaca", "jalankan perintah yang sama lagi"}, "en": {"has not read", "run the same command again"}} {
		var said bytes.Buffer
		a := &app{err: &said, env: os.Getenv, clock: fixedClock}
		require.NoError(t, a.globalsForTest())
		a.langFlag = lang
		require.NoError(t, a.globals())
		a.store = place{text: "esdb://user:secret@host:2113", server: true}
		err := fmt.Errorf("%w: %w: user:secret is away", api.ErrNodeBehind, eventstore.ErrUnavailable)
		require.Equal(t, exitUnavailable, codeOf(err))
		a.report(err)
		for _, s := range text {
			require.Contains(t, said.String(), s)
		}
		require.NotContains(t, said.String(), "secret")
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"saldo/domain"
	"saldo/domain/words"
)

// app is one run of the program: where it reads and writes, its clock, and what the global flags say.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
	clock    func() time.Time
	newID    func() string
	atStep   func(step string) // of a final copy: for tests that die there

	dir, output, langFlag, zoneFlag, nowFlag string
	noColor, quiet                           bool

	storeFlag string
	store     place // a server, of --store; else the log is in dir
	shared    bool  // the log in dir is served to other nodes, which append to it

	lang words.Lang
	zone words.Zone
}

// run executes one command line and gives the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	a.lang = words.ID
	if l, err := words.ParseLang(langOf(args)); err == nil {
		a.lang = l // help texts are made before flags are parsed
	}
	root := a.root() //nolint:contextcheck // commands take the context of ExecuteContext
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.report(err)
	}
	return codeOf(err)
}

// langOf finds --lang before flags are parsed.
func langOf(args []string) string {
	for i, arg := range args {
		if v, ok := strings.CutPrefix(arg, "--lang="); ok {
			return v
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// t gives the text in the reader's language.
func (a *app) t(id, en string) string {
	if a.lang == words.EN {
		return en
	}
	return id
}

// talk writes a line to stderr, unless --quiet.
func (a *app) talk(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.err, format+"\n", args...)
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "saldo",
		Short: a.t("Buku besar pembelian dan insentif Kartu Prakerja yang bisa menjawab: kenapa?",
			"A purchase and incentive ledger for Kartu Prakerja that can answer: why?"),
		Example: `  saldo demo
  saldo why purchase --participant 1 --data saldo-demo
  saldo why course --course 1036 --platform tokopedia --data saldo-demo
  saldo import commands.ndjson --data saldo-data
  saldo help exit-codes`,
		SilenceErrors: true, SilenceUsage: true,
		SuggestionsMinimumDistance: 2,
		Args:                       a.noSuch,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return errors.Join(a.globals(), a.takesFormat(c), a.chooseStore(c))
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.dir, "data", defaultData, a.t("direktori data", "data directory"))
	f.StringVar(&a.storeFlag, "store", "", a.t("alih-alih --data: peladen esdb://host:2113", "instead of --data: a server, esdb://host:2113"))
	f.StringVar(&a.output, "output", "", a.t("bentuk keluaran: table, json, ndjson atau csv", "form of the output: table, json, ndjson or csv"))
	f.StringVar(&a.langFlag, "lang", "id", a.t("bahasa: id atau en", "language: id or en"))
	f.StringVar(&a.zoneFlag, "zone", "WIB", a.t("zona waktu: WIB, WITA atau WIT", "time zone: WIB, WITA or WIT"))
	f.StringVar(&a.nowFlag, "now", "", a.t("\"sekarang\" bagi pertanyaan", "the \"now\" of questions"))
	f.BoolVar(&a.noColor, "no-color", false, a.t("tanpa warna (juga: NO_COLOR)", "no colours (also: NO_COLOR)"))
	f.BoolP("help", "h", false, a.t("bantuan", "help"))
	f.BoolVar(&a.quiet, "quiet", false, a.t("tanpa keterangan di stderr", "no talk on stderr"))
	root.SetFlagErrorFunc(a.flagError)
	root.AddCommand(
		a.demoCommand(), a.whyCommand(), a.historyCommand(), a.balanceCommand(), a.importCommand(), a.exportCommand(),
		a.checkCommand(), a.auditCommand(), a.digestCommand(), a.commandsCommand(), a.eventsCommand(), a.policyCommand(),
		a.backupCommand(), a.restoreCommand(), a.copyCommand(), a.wireCommand(), a.participantsCommand(), a.rebuildCommand(), a.modelsCommand(),
		a.coursesCommand(), a.institutionsCommand(), a.certificatesCommand(), a.searchCommand(), a.incidentsCommand(), a.refusalsCommand(), a.blockedCommand(),
		a.deadlinesCommand(), a.intakeCommand(), a.tokensCommand(), a.accountsCommand(), a.totalsCommand(), a.deliveryCommand(), a.incentivesCommand(),
		a.diffCommand(), a.closeCommand(), a.reportCommand(), a.serveCommand(),
		a.versionCommand(), a.exitCodesTopic(), a.timesTopic(), a.nodesTopic(),
	)
	a.localize(root)
	return root
}

// globals checks the global flags.
func (a *app) globals() error {
	l, err := words.ParseLang(a.langFlag)
	if err != nil {
		return usage(fmt.Sprintf("--lang: %q", clip(a.langFlag)), "id, en")
	}
	a.lang = l
	zones := map[string]words.Zone{"WIB": words.WIB, "WITA": words.WITA, "WIT": words.WIT}
	z, ok := zones[strings.ToUpper(a.zoneFlag)]
	if !ok {
		return usage(fmt.Sprintf("--zone: %q", clip(a.zoneFlag)), "WIB, WITA, WIT")
	}
	a.zone = z
	if known := append(slices.Clone(formats), documentFormats()...); a.output != "" && !slices.Contains(known, a.output) {
		return usage(fmt.Sprintf("--output: %q", clip(a.output)), strings.Join(formats, ", "))
	}
	return nil
}

// noSuch is the Args of a command that only holds others.
func (a *app) noSuch(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cure := "saldo --help"
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		cure = a.t("maksudnya: ", "did you mean: ") + c.CommandPath() + " " + strings.Join(near, ", ") + "?"
	}
	return usage(fmt.Sprintf(a.t("%q tidak punya perintah %q", "%q has no command %q"), c.CommandPath(), clip(args[0])), cure)
}

// flagError makes a usage error of what pflag says, with the nearest flag.
func (a *app) flagError(c *cobra.Command, err error) error {
	cure := c.CommandPath() + " --help"
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		name := clip(unknown.GetSpecifiedName())
		if near := domain.DidYouMean(name, known); near != "" {
			cure = a.t("maksudnya: --", "did you mean: --") + near + "?"
		}
		return usage(a.t("tidak ada pilihan --", "there is no flag --")+name, cure)
	case errors.As(err, &unknown):
		return usage(a.t("tidak ada pilihan -", "there is no flag -")+clip(unknown.GetSpecifiedShortnames()), cure)
	case errors.As(err, &bare):
		return usage("--"+bare.GetSpecifiedName()+a.t(" perlu isi", " needs a value"), cure)
	case errors.As(err, &wrong):
		want := wrong.GetFlag().Value.Type()
		if want != "bool" {
			want = a.t("bilangan", "a number")
		} else {
			want = "true, false"
		}
		return usage(fmt.Sprintf(a.t("--%s: isi %q salah", "--%s: wrong value %q"), wrong.GetFlag().Name, clip(wrong.GetValue())), want)
	}
	return usage(clip(err.Error()), cure)
}

// args checks the number of arguments and says what is wanted.
func (a *app) args(least, most int, want string) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if len(given) < least {
			return usage(a.t("kurang: ", "missing: ")+want, c.CommandPath()+" "+want)
		}
		if len(given) > most {
			return usage(fmt.Sprintf(a.t("argumen berlebih: %q", "unexpected argument %q"), clip(given[most])), c.CommandPath()+" --help")
		}
		return nil
	}
}

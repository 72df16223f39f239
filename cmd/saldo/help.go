package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// localize puts the help into the reader's language, examples first.
func (a *app) localize(root *cobra.Command) {
	usages, commands := a.t("Pemakaian", "Usage"), a.t("Perintah", "Commands")
	flags, global := a.t("Pilihan", "Flags"), a.t("Pilihan umum", "Global flags")
	topics := a.t("Topik bantuan", "Help topics")
	more := a.t("\"{{.CommandPath}} PERINTAH --help\" menjelaskan satu perintah.", "\"{{.CommandPath}} COMMAND --help\" explains one command.")
	root.SetHelpTemplate(`{{with or .Long .Short}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}`)
	root.SetUsageTemplate(`{{if .HasExample}}` + a.t("Contoh", "Examples") + `:
{{.Example}}

{{end}}{{if .Runnable}}` + usages + `:
  {{.UseLine}}{{if .HasAvailableFlags}} [` + a.t("pilihan", "flags") + `]{{end}}{{end}}{{if .HasAvailableSubCommands}}

` + commands + `:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

` + flags + `:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

` + global + `:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasHelpSubCommands}}

` + topics + `:{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}
  {{rpad .CommandPath .CommandPathPadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableSubCommands}}

` + more + `{{end}}
`)
	root.InitDefaultHelpCmd()
	a.defaults(root)
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Short = a.t("Bantuan untuk satu perintah atau topik", "Help about a command or topic")
		case "completion":
			c.Short = a.t("Pelengkapan otomatis untuk shell", "Completion for the shell")
		}
	}
}

// defaults says what holds where a flag is not given, in the reader's language.
func (a *app) defaults(c *cobra.Command) {
	say := func(f *pflag.Flag) {
		switch f.DefValue {
		case "", "0", "[]", "false":
			return
		case "true": // only where the help says it in words
		default:
			f.Usage += a.t(" (bawaan: ", " (default: ") + f.DefValue + ")"
		}
		f.DefValue = ""
	}
	c.DisableFlagsInUseLine = true // the template says it
	c.PersistentFlags().VisitAll(say)
	c.Flags().VisitAll(say)
	for _, sub := range c.Commands() {
		a.defaults(sub)
	}
}

// exitCodesTopic is "saldo help exit-codes".
func (a *app) exitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use: "exit-codes", Short: a.t("Kode keluar", "Exit codes"),
		Long: a.t(`Kode keluar:

    0  berhasil. Penolakan menurut aturan adalah hasil, bukan kegagalan.
    1  gagal, atau ada baris yang salah pada impor
    2  cara memakai yang salah: perintah, pilihan atau isinya
    3  tidak ada: direktori data, peserta, nomor rujukan, perintah, kebijakan
    4  tidak berhak: hak akses berkas, hak di peladen
    5  bertentangan: kunci yang sudah dipakai untuk hal lain, direktori jenis lain
    6  pemeriksaan gagal: buku besar rusak, saldo check atau saldo audit menemukan sesuatu
    7  tidak tersedia sekarang: direktori terkunci, hasil tidak diketahui; ulangi perintah yang sama
  130  dihentikan (Ctrl-C); ulangi perintah yang sama untuk melanjutkan

stdout hanya berisi data, semua keterangan ada di stderr.`,
			`Exit codes:

    0  done. A refusal by a rule is a result and no failure.
    1  failure, or an import had bad lines
    2  usage: the command, a flag or its value
    3  not found: data directory, participant, reference number, command, policy
    4  not allowed: permissions of files, rights at a server
    5  conflict: a key used before for something else, a directory of another kind
    6  verification failed: a damaged ledger, or saldo check or saldo audit found something
    7  unavailable now: directory locked, outcome unknown; the same command again
  130  interrupted (Ctrl-C); the same command again goes on

stdout holds data only, all talk is on stderr.`),
	}
}

// timesTopic is "saldo help times".
func (a *app) timesTopic() *cobra.Command {
	return &cobra.Command{
		Use: "times", Short: a.t("Cara menulis waktu", "How to write times"),
		Long: a.t(`Waktu ditulis:

  2020-08-20T09:14:00+07:00   dengan selisihnya
  "2020-08-20 09:14"          WIB, atau zona --zone
  "2020-08-20 11:14 WIT"      dengan nama zonanya
  2020-08-20                  --from: awal hari; --at, --to, --now: akhir hari

Apa yang dilengkapi selalu disebut di stderr. "Sekarang" adalah jam yang sebenarnya, di simulasi jamnya sendiri, atau --now.`,
			`Times are written:

  2020-08-20T09:14:00+07:00   with their offset
  "2020-08-20 09:14"          WIB, or the zone of --zone
  "2020-08-20 11:14 WIT"      with the name of the zone
  2020-08-20                  --from: start of the day; --at, --to, --now: its end

What was filled in is always said on stderr. "Now" is the real clock, in a simulation its own, or --now.`),
	}
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: a.t("Versi program", "Version of the program"), Example: "  saldo version", Args: a.args(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			version, revision, goVersion := built()
			return a.print(sheet{
				columns: []column{{key: "version", id: "VERSI", en: "VERSION"}, {key: "revision", id: "REVISI", en: "REVISION"}, {key: "go", id: "GO", en: "GO"}},
				rows:    [][]any{{version, revision, goVersion}},
			})
		},
	}
}

// built is what the program was built from.
func built() (version, revision, goVersion string) {
	version = "(devel)"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, "", ""
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value
		}
	}
	return version, revision, info.GoVersion
}

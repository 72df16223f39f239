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
		if f.DefValue = ""; f.Value.Type() == "int" {
			f.DefValue = "0" // what pflag takes for no default
		}
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

// nodesTopic is "saldo help nodes".
func (a *app) nodesTopic() *cobra.Command {
	return &cobra.Command{
		Use: "nodes", Short: a.t("Beberapa simpul pada satu buku besar", "Several nodes over one ledger"),
		Long: a.t(`Beberapa proses saldo boleh memutuskan bersamaan di satu peladen (--store esdb://…), juga untuk orang yang sama:

  saldo import a.ndjson --store "esdb://127.0.0.1:2113?tls=false"      di mesin satu
  saldo import b.ndjson --store "esdb://127.0.0.1:2113?tls=false"      di mesin lain

  · Saldo tidak dipakai dua kali, dan satu kunci punya satu hasil, di simpul mana pun perintahnya tiba.
  · Peristiwa registri (misalnya layanan ditutup) berlaku di semua simpul pada saat yang sama, in_force_at:
    5 detik sesudah diterima, 1 detik di direktori data yang dipakai satu proses.
  · Simpul hanya memutuskan kalau sudah membaca sampai ke catatannya sendiri yang umurnya di bawah 2 detik.
    Kalau tidak bisa: NODE_BEHIND, kode keluar 7, tidak ada yang dicatat; pulih sendiri.
  · Kalau simpul tidak punya catatan semuda itu, ia menulis satu peristiwa kecil (±70 bita) di aliran node-<id>
    sebelum memutuskan. Itu bukan bagian buku besar: tidak dihitung, disalin, diekspor, diperiksa, atau
    masuk digest. Simpul yang menganggur tidak menulis apa pun.
  · Simpul versi lama yang menemukan jenis peristiwa yang tak dikenalnya tidak memutuskan di atasnya:
    NODE_TOO_OLD, tidak ada yang dicatat.
  · Jam mesin harus cocok sampai 1 detik. Pencatatan registri yang lebih lama dari 2 detik bisa terlewat oleh
    keputusan di simpul lain: saldo check menyebutnya (missed_registry).`,
			`Several saldo processes may decide at the same time over one server (--store esdb://…), on the same people too:

  saldo import a.ndjson --store "esdb://127.0.0.1:2113?tls=false"      on one machine
  saldo import b.ndjson --store "esdb://127.0.0.1:2113?tls=false"      on another

  · No balance is spent twice, and one key has one outcome, at whichever node a command arrives.
  · An event of the registry (a gate closed, say) is in force on all nodes at the same instant, in_force_at:
    5 seconds after its receipt, 1 second in a data directory that one process has for itself.
  · A node decides only while it has read as far as an append of its own that is less than 2 seconds old.
    Where it can't: NODE_BEHIND, exit code 7, nothing recorded; it recovers by itself.
  · A node without an append that young writes one small event (some 70 bytes) to the stream node-<id>
    before it decides. It is no part of the ledger: not counted, copied, exported, checked, nor in the
    digest. An idle node writes nothing.
  · A node of an older release that meets a type of event which it does not know decides nothing over it:
    NODE_TOO_OLD, nothing recorded.
  · The machines' clocks must agree to 1 second. An act on the registry that takes more than 2 seconds to record
    may be missed by a decision of another node: saldo check names it (missed_registry).`),
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

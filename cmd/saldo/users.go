package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"saldo/eventstore"
	"saldo/eventstore/wire"
)

// usersHeader is what a new file of users begins with.
const usersHeader = "# saldo wire --users: name, role (reader or node), hash. Change it with: saldo wire user\n"

func (a *app) wireUserCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: a.t("Siapa yang boleh masuk ke saldo wire", "Who may come in to saldo wire"),
		Long: a.t(`Berkas pengguna menyimpan nama, peran dan sidik sandinya (argon2id), tidak pernah sandinya. Hanya pemiliknya yang boleh
membacanya (chmod 600). saldo wire yang berjalan membacanya lagi pada SIGHUP.`,
			`The file of users holds names, roles and hashes of the passwords (argon2id), never a password. Only its owner may
read it (chmod 600). A running saldo wire reads it again on SIGHUP.`),
		Args: a.noSuch,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.wireUserAddCommand(), a.wireUserRemoveCommand(), a.wireUserListCommand())
	return c
}

type userFlags struct {
	file, role     string
	token, replace bool
}

func (a *app) wireUserAddCommand() *cobra.Command {
	var f userFlags
	name := a.t("NAMA", "NAME")
	c := &cobra.Command{
		Use:   "add " + name,
		Short: a.t("Tambah pengguna; sandinya dari terminal atau stdin", "Add a user; the password comes from the terminal or stdin"),
		Long: a.t(`Sandi dibaca dari terminal, dua kali, atau baris pertama stdin; tidak pernah dari baris perintah. Dengan --token
tidak ada sandi: token acak dicetak ke stdout, sekali ini saja; klien mengirimnya sebagai bearer, atau sebagai sandi.`,
			`The password is read from the terminal, twice, or as the first line of stdin; never from the command line. With
--token there is none: a random token is printed to stdout, this once; clients send it as bearer, or as password.`),
		Example: `  saldo wire user add support --role reader --users users
  saldo wire user add node-1 --role node --users users < password.txt
  saldo wire user add metrics --role reader --users users --token`,
		Args: a.args(1, 1, name),
		RunE: func(_ *cobra.Command, args []string) error { return a.addUser(args[0], f) },
	}
	a.usersFlag(c, &f.file)
	c.Flags().StringVar(&f.role, "role", "", a.t("reader (membaca) atau node (juga menulis)", "reader (reads) or node (also appends)"))
	c.Flags().BoolVar(&f.token, "token", false, a.t("token acak alih-alih sandi", "a random token instead of a password"))
	c.Flags().BoolVar(&f.replace, "replace", false, a.t("ganti peran dan sandi yang sudah ada", "change the role and password of one that is there"))
	return c
}

func (a *app) wireUserRemoveCommand() *cobra.Command {
	var file string
	name := a.t("NAMA", "NAME")
	c := &cobra.Command{
		Use:     "remove " + name,
		Short:   a.t("Hapus pengguna", "Remove a user"),
		Example: "  saldo wire user remove support --users users",
		Args:    a.args(1, 1, name),
		RunE:    func(_ *cobra.Command, args []string) error { return a.removeUser(args[0], file) },
	}
	a.usersFlag(c, &file)
	return c
}

func (a *app) wireUserListCommand() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:     "list",
		Short:   a.t("Daftar nama dan peran", "List names and roles"),
		Example: "  saldo wire user list --users users",
		Args:    a.args(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			users, err := a.readUsers("--users", file)
			if err != nil {
				return err
			}
			s := sheet{columns: []column{{key: "name", id: "NAMA", en: "NAME"}, {key: "role", id: "PERAN", en: "ROLE"}, {key: "shows", id: "MENUNJUKKAN", en: "SHOWS"}}}
			for _, u := range users {
				shows := "password"
				if u.IsToken() {
					shows = "token"
				}
				s.rows = append(s.rows, []any{u.Name, u.Role, shows})
			}
			return a.print(s)
		},
	}
	a.usersFlag(c, &file)
	return c
}

func (a *app) usersFlag(c *cobra.Command, file *string) {
	c.Flags().StringVar(file, "users", "", a.t("berkas pengguna", "file of users"))
}

func (a *app) addUser(name string, f userFlags) error {
	if f.role != wire.RoleReader && f.role != wire.RoleNode {
		return usage(fmt.Sprintf("--role: %q", clip(f.role)), wire.RoleReader+", "+wire.RoleNode)
	}
	users, err := a.readUsers("--users", f.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	at := slices.IndexFunc(users, func(u wire.User) bool { return u.Name == name })
	if at >= 0 && !f.replace {
		return &problem{
			code: exitConflict, what: fmt.Sprintf(a.t("%s sudah ada di %s", "%s is in %s already"), clip(name), f.file),
			cure: a.t("--replace mengganti peran dan sandinya", "--replace changes the role and the password"),
		}
	}
	var u wire.User
	token := ""
	if f.token {
		u, token, err = wire.NewTokenUser(name, f.role)
	} else {
		var password string
		if password, err = a.askPassword(name); err != nil {
			return err
		}
		u, err = wire.NewUser(name, f.role, password)
	}
	if err != nil {
		return usage(trimmed(err).Error(), "")
	}
	if at >= 0 {
		users[at] = u
	} else {
		users = append(users, u)
	}
	if err = a.writeUsers(f.file, users); err != nil {
		return err
	}
	if token != "" {
		if _, err = fmt.Fprintln(a.out, token); err != nil {
			return err
		}
		a.talk("%s", a.t("simpan token itu: ia tidak dapat ditampilkan lagi", "keep the token: it can't be shown again"))
	}
	a.talk(a.t("%s ditulis ke %s sebagai %s", "%s written to %s as %s"), u.Name, f.file, u.Role)
	return nil
}

func (a *app) removeUser(name, file string) error {
	users, err := a.readUsers("--users", file)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(users), func(u wire.User) bool { return u.Name == name })
	if len(rest) == len(users) {
		return &problem{code: exitNotFound, what: fmt.Sprintf(a.t("%s tidak ada di %s", "%s is not in %s"), clip(name), file), cure: "saldo wire user list --users " + file}
	}
	if err = a.writeUsers(file, rest); err != nil {
		return err
	}
	a.talk(a.t("%s dihapus dari %s; peladen yang berjalan mengetahuinya pada SIGHUP, dan memutus panggilannya yang terbuka",
		"%s removed from %s; a running server learns it on SIGHUP, and cuts off his calls that are open"), name, file)
	return nil
}

// askPassword reads a password, twice where somebody types it unseen.
func (a *app) askPassword(name string) (string, error) {
	if f, ok := a.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		var typed [2]string
		for i, prompt := range []string{a.t("Sandi untuk %s: ", "Password for %s: "), a.t("Sekali lagi: ", "Once more: ")} {
			fmt.Fprint(a.err, strings.ReplaceAll(prompt, "%s", name))
			text, err := term.ReadPassword(int(f.Fd()))
			fmt.Fprintln(a.err)
			if err != nil {
				return "", err
			}
			typed[i] = string(text)
		}
		if typed[0] != typed[1] {
			return "", usage(a.t("kedua sandi tidak sama", "the two passwords differ"), "")
		}
		return typed[0], nil
	}
	const longest = 4096
	line, err := bufio.NewReader(io.LimitReader(a.in, longest)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line == "" {
		return "", usage(a.t("tidak ada sandi di stdin", "there is no password on stdin"), "saldo wire user add … < password.txt")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// readUsers reads a file of users that only its owner can read: whoever has it can try passwords as fast as his machine does.
func (a *app) readUsers(flag, path string) ([]wire.User, error) {
	if path == "" {
		return nil, usage(a.t("kurang: ", "missing: ")+flag, flag+" FILE")
	}
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		cure := ""
		if errors.Is(err, fs.ErrNotExist) {
			cure = a.t("buat dengan: saldo wire user add NAMA --role reader --users ", "make it with: saldo wire user add NAME --role reader --users ") + path
		}
		return nil, &problem{code: cmp.Or(permission(err), codeOf(err)), what: flag, cause: err, cure: cure}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, usage(flag+" "+path+a.t(" bukan berkas biasa", " is no regular file"), "")
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, &problem{
			code: exitAuth, what: fmt.Sprintf(a.t("%s %s dapat dibaca orang lain (hak akses %04o)", "%s %s can be read by others (mode %04o)"), flag, path, mode),
			cure: "chmod 600 " + path,
		}
	}
	users, err := wire.ParseUsers(f)
	if err != nil {
		return nil, &problem{code: exitUsage, what: flag + " " + path, cause: trimmed(err)}
	}
	return users, nil
}

// trimmed is an error of the event store as people read it.
func trimmed(err error) error {
	return &masked{text: strings.ReplaceAll(err.Error(), eventstore.ErrInvalid.Error()+": ", ""), cause: err}
}

// writeUsers replaces the file whole or not at all.
func (a *app) writeUsers(path string, users []wire.User) error {
	var text strings.Builder
	text.WriteString(usersHeader)
	for _, u := range users {
		text.WriteString(u.String() + "\n")
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // beside it, so that the rename is one step; 0600
	if err != nil {
		return &problem{code: cmp.Or(permission(err), exitFailure), what: "--users", cause: err}
	}
	_, err = tmp.WriteString(text.String())
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return syncDir(filepath.Dir(path))
}

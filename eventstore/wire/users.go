package wire

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"saldo/eventstore"
)

// What a password costs. Argon2id is hard on the hardware that guesses passwords with memory as well as with time, which
// PBKDF2 and bcrypt are not. 19 MiB and two passes take some 30 ms; the cost is the same for all lines, so that the time
// of an answer doesn't tell one user from another, or from nobody.
const (
	argonPasses, argonMemoryKiB, argonLanes = 2, 19 << 10, 1
	argonSaltBytes, argonKeyBytes           = 16, 32
	argonPrefix                             = "$argon2id$v=19$m=19456,t=2,p=1$"
	tokenPrefix                             = "$sha256$"

	// hashesAtOnce bounds the memory (19 MiB each) and the processors that people without a password can take up;
	// hashesWaiting how many of them wait. Whoever was let in before is remembered and waits for neither.
	hashesAtOnce  = 2
	hashesWaiting = 64

	// MinPasswordRunes is what NIST asks for at least.
	MinPasswordRunes = 8
	// maxSecretBytes bounds what is hashed.
	maxSecretBytes = 256
	maxUserBytes   = 64
)

// The roles of a file of users.
const (
	RoleReader = "reader" // reads and subscribes: AccessRead
	RoleNode   = "node"   // also appends: AccessAppend
)

// errBusy says that too many passwords are being checked.
var errBusy = errors.New("wire: too many passwords are being checked")

// User is one line of a file of users: name, role, and a hash of the password, or of a token.
type User struct {
	Name string
	Role string
	hash string
	salt []byte // of a password
	key  []byte // of a password, or the SHA-256 of a token
}

// IsToken says whether the user shows a token instead of a password.
func (u User) IsToken() bool { return strings.HasPrefix(u.hash, tokenPrefix) }

// String is the line; it holds no secret, but what passwords can be guessed against.
func (u User) String() string { return u.Name + " " + u.Role + " " + u.hash }

func (u User) access() Access {
	if u.Role == RoleNode {
		return AccessAppend
	}
	return AccessRead
}

// NewUser makes the line of somebody with a password: ErrInvalid if name, role or password can't be used. It takes as
// long as checking a password does.
func NewUser(name, role, password string) (User, error) {
	u := User{Name: name, Role: role, salt: make([]byte, argonSaltBytes)}
	if err := u.validate(); err != nil {
		return User{}, err
	}
	switch {
	case utf8.RuneCountInString(password) < MinPasswordRunes:
		return User{}, fmt.Errorf("%w: the password has fewer than %d characters", eventstore.ErrInvalid, MinPasswordRunes)
	case len(password) > maxSecretBytes:
		return User{}, fmt.Errorf("%w: the password has more than %d bytes", eventstore.ErrInvalid, maxSecretBytes)
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return User{}, fmt.Errorf("%w: the password has characters that no client can send", eventstore.ErrInvalid)
	}
	_, _ = rand.Read(u.salt) // never fails
	u.key = stretch(password, u.salt)
	u.hash = argonPrefix + base64.RawStdEncoding.EncodeToString(u.salt) + "$" + base64.RawStdEncoding.EncodeToString(u.key)
	return u, nil
}

// NewTokenUser makes the line of somebody with a token, and the token: random, with more than 128 bits, so that a fast
// hash of it is enough. It is in nobody's hands but the caller's.
func NewTokenUser(name, role string) (u User, token string, err error) {
	u = User{Name: name, Role: role}
	if err := u.validate(); err != nil {
		return User{}, "", err
	}
	token = rand.Text()
	sum := sha256.Sum256([]byte(token))
	u.key, u.hash = sum[:], tokenPrefix+base64.RawStdEncoding.EncodeToString(sum[:])
	return u, token, nil
}

func (u User) validate() error {
	if u.Role != RoleReader && u.Role != RoleNode {
		return fmt.Errorf("%w: role %q is neither %s nor %s", eventstore.ErrInvalid, clipped(u.Role), RoleReader, RoleNode)
	}
	for _, r := range u.Name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r) {
			return fmt.Errorf("%w: the name %q has more than letters, digits, dots, hyphens and underscores", eventstore.ErrInvalid, clipped(u.Name))
		}
	}
	if u.Name == "" || len(u.Name) > maxUserBytes {
		return fmt.Errorf("%w: a name has 1 to %d characters", eventstore.ErrInvalid, maxUserBytes)
	}
	return nil
}

func clipped(s string) string {
	if len(s) > maxUserBytes {
		return s[:maxUserBytes]
	}
	return s
}

func stretch(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, argonPasses, argonMemoryKiB, argonLanes, argonKeyBytes)
}

// ParseUsers reads lines of name, role and hash; empty ones and those that begin with # are left out. An error names the
// line and shows nothing of the hash.
func ParseUsers(r io.Reader) ([]User, error) {
	var users []User
	named := map[string]bool{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		u, err := parseUser(text)
		if err == nil && named[u.Name] {
			err = fmt.Errorf("%w: %s stands there twice", eventstore.ErrInvalid, u.Name)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		named[u.Name] = true
		users = append(users, u)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return users, nil
}

func parseUser(text string) (User, error) {
	fields := strings.Fields(text)
	if len(fields) != 3 { //nolint:mnd // name, role, hash
		return User{}, fmt.Errorf("%w: it is not a name, a role and a hash", eventstore.ErrInvalid)
	}
	u := User{Name: fields[0], Role: fields[1], hash: fields[2]}
	if err := u.validate(); err != nil {
		return User{}, err
	}
	unreadable := fmt.Errorf("%w: the hash of %s is not one that this program makes", eventstore.ErrInvalid, u.Name)
	var err error
	if u.IsToken() {
		u.key, err = base64.RawStdEncoding.DecodeString(strings.TrimPrefix(u.hash, tokenPrefix))
		if err != nil || len(u.key) != sha256.Size {
			return User{}, unreadable
		}
		return u, nil
	}
	rest, ok := strings.CutPrefix(u.hash, argonPrefix)
	salt, key, both := strings.Cut(rest, "$")
	if !ok || !both {
		return User{}, unreadable
	}
	u.salt, err = base64.RawStdEncoding.DecodeString(salt)
	if err != nil || len(u.salt) != argonSaltBytes {
		return User{}, unreadable
	}
	if u.key, err = base64.RawStdEncoding.DecodeString(key); err != nil || len(u.key) != argonKeyBytes {
		return User{}, unreadable
	}
	return u, nil
}

// Users checks credentials against a list that may be replaced meanwhile. A password that was right is remembered, under
// a hash with a key that only this process has, so that the slow one is paid once and not with every call. It may be
// used by many at once.
type Users struct {
	hashing chan struct{} // one token for each hash under way
	waiting atomic.Int64
	secret  [sha256.Size]byte // of this process
	nobody  []byte            // the salt for names that aren't known

	mu    sync.RWMutex
	list  *userList
	known map[[sha256.Size]byte]known // credentials that were right: at most one for each user
}

type userList struct {
	passwords map[string]User
	tokens    []User
}

type known struct {
	list   *userList // it was right in; another list is asked anew
	access Access
}

// NewUsers makes a list that can be asked.
func NewUsers(users []User) *Users {
	u := &Users{hashing: make(chan struct{}, hashesAtOnce), nobody: make([]byte, argonSaltBytes)}
	_, _ = rand.Read(u.secret[:]) // never fails
	_, _ = rand.Read(u.nobody)
	u.Replace(users)
	return u
}

// Replace takes another list: the next call is checked against it. Calls that are under way, a subscription for
// example, are when Server.Recheck is called.
func (u *Users) Replace(users []User) {
	list := &userList{passwords: map[string]User{}}
	for _, one := range users {
		if one.IsToken() {
			list.tokens = append(list.tokens, one)
		} else {
			list.passwords[one.Name] = one
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list, u.known = list, map[[sha256.Size]byte]known{}
}

// Authenticate implements Authenticate. A name that isn't known takes as long as a wrong password.
func (u *Users) Authenticate(ctx context.Context, c Credential) (Access, error) {
	if len(c.Secret) > maxSecretBytes || len(c.User) > maxUserBytes {
		return AccessNone, nil
	}
	fingerprint := u.fingerprint(c)
	list, access, seen := u.remembered(fingerprint)
	if seen {
		return access, nil
	}
	if access = list.token(c.Secret); access != AccessNone || c.User == "" {
		return access, nil
	}
	leave, err := u.queue(ctx)
	if err != nil {
		return AccessNone, err
	}
	defer leave()
	if list, access, seen = u.remembered(fingerprint); seen { // somebody who showed the same was before us
		return access, nil
	}
	user, named := list.passwords[c.User]
	if !named {
		user = User{salt: u.nobody, key: make([]byte, argonKeyBytes)}
	}
	if right := subtle.ConstantTimeCompare(stretch(c.Secret, user.salt), user.key) == 1; !right || !named {
		return AccessNone, nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.list == list {
		u.known[fingerprint] = known{list: list, access: user.access()}
	}
	return user.access(), nil
}

// remembered finds what was right in the present list.
func (u *Users) remembered(fingerprint [sha256.Size]byte) (list *userList, access Access, seen bool) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	found := u.known[fingerprint]
	return u.list, found.access, found.list == u.list
}

// queue waits for a place to hash a password in.
func (u *Users) queue(ctx context.Context) (leave func(), err error) {
	if u.waiting.Add(1) > hashesWaiting+hashesAtOnce {
		u.waiting.Add(-1)
		return nil, errBusy
	}
	select {
	case u.hashing <- struct{}{}:
		return func() { <-u.hashing; u.waiting.Add(-1) }, nil
	case <-ctx.Done():
		u.waiting.Add(-1)
		return nil, ctx.Err()
	}
}

// fingerprint is a credential as it is remembered.
func (u *Users) fingerprint(c Credential) [sha256.Size]byte {
	sum := hmac.New(sha256.New, u.secret[:])
	sum.Write(binary.AppendUvarint(nil, uint64(len(c.User))))
	sum.Write([]byte(c.User))
	sum.Write([]byte(c.Secret))
	return [sha256.Size]byte(sum.Sum(nil))
}

// token finds what a token may do, whatever name comes with it.
func (l *userList) token(secret string) Access {
	sum, access := sha256.Sum256([]byte(secret)), AccessNone
	for _, t := range l.tokens { // all of them, so that the time tells nothing
		if subtle.ConstantTimeCompare(sum[:], t.key) == 1 {
			access = t.access()
		}
	}
	return access
}

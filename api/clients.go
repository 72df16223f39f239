package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"saldo/domain"
	"saldo/domain/reason"
)

// Role is what a client is: it says which routes it may use, and of what it sees everything.
type Role string

// Roles. Partners are bound to a code and touch their own transactions only.
const (
	RolePlatform    Role = "platform"
	RoleInstitution Role = "institution"
	RolePayment     Role = "payment_partner"
	RoleBank        Role = "bank"
	RoleTreasury    Role = "treasury"
	RoleOffice      Role = "programme_office" // decides what the programme office decides
	RoleSupport     Role = "support"
	RoleAuditor     Role = "auditor" // reads everything, appends nothing but samples
	RoleAdmin       Role = "admin"   // tokens and the machine; no act of the programme
)

// Roles lists all roles.
func Roles() []Role {
	return []Role{RolePlatform, RoleInstitution, RolePayment, RoleBank, RoleTreasury, RoleOffice, RoleSupport, RoleAuditor, RoleAdmin}
}

// Values lists the admitted values.
func (Role) Values() []string {
	out := make([]string, 0, len(Roles()))
	for _, r := range Roles() {
		out = append(out, string(r))
	}
	return out
}

// party is the party that a role acts for.
func (r Role) party() domain.Party {
	switch r {
	case RolePlatform, RoleInstitution, RolePayment, RoleBank, RoleTreasury, RoleOffice, RoleSupport, RoleAuditor:
		return domain.Party(r)
	case RoleAdmin:
	}
	return domain.PartySystem
}

// partner reports whether the role is bound to a code.
func (r Role) partner() bool { return r == RolePlatform || r == RoleInstitution || r == RolePayment }

// audience is how much of an answer the role may see.
func (r Role) audience() reason.Audience {
	switch r {
	case RoleAuditor, RoleOffice:
		return reason.Auditor
	case RoleSupport, RoleAdmin:
		return reason.Staff
	case RolePlatform, RoleInstitution, RolePayment, RoleBank, RoleTreasury:
	}
	return reason.Platform
}

// Client is who holds a token.
type Client struct {
	Token    string           `json:"token_id"`
	Hash     string           `json:"sha256"` // of the secret
	Role     Role             `json:"role"`
	Code     domain.Reference `json:"code,omitempty"` // of a partner: which platform, institution or payment partner
	ID       uuid.UUID        `json:"id"`             // random; the actor of what it submits
	Issued   time.Time        `json:"issued_at"`
	Expires  time.Time        `json:"expires_at"`
	Revoked  *time.Time       `json:"revoked_at,omitempty"`
	Replaced *time.Time       `json:"grace_until,omitempty"` // rotated: until when it still works
	Next     string           `json:"successor_id,omitempty"`
}

// actor is the client in the metadata of what it submits.
func (c *Client) actor() domain.Actor {
	return domain.Actor{Party: c.Role.party(), Code: c.Code, Role: domain.CheckName(c.Role), ID: c.ID}
}

// Clients is the register of tokens: hashes of secrets, in one file that only its owner may read. It is safe for concurrent
// use.
type Clients struct {
	path string
	mu   sync.RWMutex
	byID map[string]*Client
}

const (
	// DefaultTokenLife is how long a token lasts that says nothing else.
	DefaultTokenLife = 90 * 24 * time.Hour
	// MaxTokenLife is how long one lasts at most.
	MaxTokenLife    = 366 * 24 * time.Hour
	clientsFileMode = 0o600
)

// ErrClientsFile says that the register can't be used as it is.
var ErrClientsFile = errors.New("the register of tokens")

// OpenClients reads the register; a missing file is an empty one.
func OpenClients(path string) (*Clients, error) {
	c := &Clients{path: path, byID: map[string]*Client{}}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrClientsFile, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s may be read by others (%s): chmod 600", ErrClientsFile, path, info.Mode().Perm())
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator's own file
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrClientsFile, err)
	}
	var list []*Client
	if err := json.Unmarshal(content, &list); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrClientsFile, path, err)
	}
	for _, x := range list {
		c.byID[x.Token] = x
	}
	return c, nil
}

// Empty reports whether no token was ever issued.
func (c *Clients) Empty() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.byID) == 0
}

// List gives all clients by token id.
func (c *Clients) List() []Client {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([]Client, 0, len(c.byID))
	for _, x := range c.byID {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Client) int { return a.Issued.Compare(b.Issued) })
	return out
}

// Issue makes a token for a client. The text is returned once and stored nowhere.
func (c *Clients) Issue(x Client, now time.Time, life time.Duration) (text string, issued Client, err error) {
	if !slices.Contains(Roles(), x.Role) || x.Role.partner() != (x.Code != "") || life <= 0 || life > MaxTokenLife {
		return "", x, refuse(ProblemInvalidRequest, "a role of the list; a code for partners and for nobody else; at most 366 days")
	}
	drawn, err := newToken()
	if err != nil {
		return "", x, err
	}
	hash := drawn.hash()
	if x.ID == uuid.Nil {
		if x.ID, err = uuid.NewRandom(); err != nil {
			return "", x, err
		}
	}
	x.Token, x.Hash, x.Issued, x.Expires = drawn.id, hex.EncodeToString(hash[:]), domain.Canonical(now), domain.Canonical(now.Add(life))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byID[x.Token] = &x
	return drawn.String(), x, c.save()
}

// Revoke ends a token at once.
func (c *Clients) Revoke(id string, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	x, ok := c.byID[id]
	if !ok {
		return refuse(ProblemNotFound, "")
	}
	if x.Revoked == nil {
		x.Revoked = new(domain.Canonical(now))
	}
	return c.save()
}

// Rotate replaces a token by another of the same client; the old one works until the end of its grace.
func (c *Clients) Rotate(id string, now time.Time, grace time.Duration) (text string, issued Client, err error) {
	c.mu.RLock()
	old, ok := c.byID[id]
	var copied Client
	if ok {
		copied = *old
	}
	c.mu.RUnlock()
	if !ok || copied.Revoked != nil || copied.Replaced != nil { // a second successor would give the old one a second grace
		return "", Client{}, refuse(ProblemNotFound, "")
	}
	text, issued, err = c.Issue(Client{Role: copied.Role, Code: copied.Code, ID: copied.ID}, now, min(copied.Expires.Sub(copied.Issued), MaxTokenLife))
	if err != nil {
		return "", issued, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old.Replaced, old.Next = new(domain.Canonical(now.Add(grace))), issued.Token
	return text, issued, c.save()
}

// save replaces the file as a whole; mu is held.
func (c *Clients) save() error {
	list := make([]*Client, 0, len(c.byID))
	for _, x := range c.byID {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *Client) int { return a.Issued.Compare(b.Issued) })
	content, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, clientsFileMode)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrClientsFile, err)
	}
	_, err = f.Write(append(content, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(c.path+".tmp", c.path)
	}
	if err == nil {
		err = syncParent(c.path)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrClientsFile, err)
	}
	return nil
}

func syncParent(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// verify finds who holds a token. An unknown id and a wrong secret look and cost the same; why a token that was proven does
// not work is said exactly.
func (c *Clients) verify(text string, now time.Time) (*Client, error) {
	t, err := parseToken(text)
	if err != nil {
		return nil, err
	}
	c.mu.RLock()
	x, known := c.byID[t.id]
	var copied Client
	if known {
		copied = *x
	}
	c.mu.RUnlock()
	given := t.hash()
	var stored [sha256.Size]byte
	if known {
		_, err = hex.Decode(stored[:], []byte(copied.Hash))
		known = err == nil
	}
	if equal := subtle.ConstantTimeCompare(given[:], stored[:]) == 1; !equal || !known {
		return nil, refuse(ProblemInvalidToken, "")
	}
	switch {
	case copied.Revoked != nil && !copied.Revoked.After(now):
		return nil, proven(ProblemTokenRevoked, copied, "revoked_at", *copied.Revoked)
	case copied.Replaced != nil && !copied.Replaced.After(now):
		p := proven(ProblemTokenRotated, copied, "grace_until", *copied.Replaced)
		p.extra["successor_id"] = copied.Next
		return nil, p
	case !copied.Expires.After(now):
		return nil, proven(ProblemTokenExpired, copied, "expired_at", copied.Expires)
	}
	return &copied, nil
}

func proven(code ProblemCode, c Client, what string, when time.Time) *problem {
	p := refuse(code, "")
	p.extra = map[string]any{"token_id": c.Token, what: when}
	p.holder = &c
	return p
}

package esdb

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"saldo/eventstore"
)

const (
	// defaultDeadline is the client's own for everything but reads and subscriptions.
	defaultDeadline = 10 * time.Second
	// leastKeepAlive is what servers and the client's own gRPC put up with.
	leastKeepAlive = 10_000
)

// connection is a connection string, understood.
type connection struct {
	parsed   *esdb.Configuration
	hosts    []string // host:port
	deadline time.Duration
	ignored  []string // options that are known and have no effect
}

// parseConnection reads a connection string more strictly than the client does, which takes unknown options for a
// remark, a deadline that is no number for 0, and drops credentials without TLS.
func parseConnection(text string) (connection, error) {
	c, err := readConnection(text)
	if err != nil {
		return connection{}, fmt.Errorf("%w: connection string: %w", eventstore.ErrInvalid, err)
	}
	return c, nil
}

func readConnection(text string) (connection, error) {
	c := connection{deadline: defaultDeadline}
	scheme, rest, found := strings.Cut(text, "://")
	if !found || scheme != "esdb" && scheme != "esdb+discover" {
		return c, errors.New("it begins with esdb:// or esdb+discover://")
	}
	address, query, _ := strings.Cut(rest, "?")
	address = strings.TrimSuffix(address, "/")
	credentials, hosts, withCredentials := cutLast(address, "@")
	if withCredentials {
		if user, password, both := strings.Cut(credentials, ":"); !both || user == "" || password == "" {
			return c, errors.New("what stands before @ is user:password")
		}
	}
	for host := range strings.SplitSeq(hosts, ",") {
		endpoint, err := parseHost(host)
		if err != nil {
			return c, err
		}
		c.hosts = append(c.hosts, endpoint)
	}
	if scheme == "esdb+discover" && len(c.hosts) > 1 {
		return c, errors.New("esdb+discover:// takes one name; a list of nodes is esdb://a:2113,b:2113")
	}
	options, err := parseOptions(query)
	if err != nil {
		return c, err
	}
	if withCredentials && strings.EqualFold(options["tls"], "false") {
		return c, errors.New("credentials are sent over TLS only; leave out tls=false or the credentials")
	}
	if (options["usercertfile"] == "") != (options["userkeyfile"] == "") {
		return c, errors.New("userCertFile and userKeyFile belong together")
	}
	if ms, parseErr := strconv.Atoi(options["defaultdeadline"]); parseErr == nil {
		c.deadline = time.Duration(ms) * time.Millisecond
	}
	for _, key := range []string{"maxdiscoverattempts", "connectionname"} {
		if _, given := options[key]; given {
			c.ignored = append(c.ignored, key)
		}
	}
	if c.parsed, err = esdb.ParseConnectionString(withoutIgnored(text, query, c.ignored)); err != nil {
		return c, err
	}
	return c, nil
}

// withoutIgnored leaves out what the client would remark on, before its log can be set.
func withoutIgnored(text, query string, ignored []string) string {
	if len(ignored) == 0 {
		return text
	}
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(part, "=")
		if !slices.Contains(ignored, strings.ToLower(key)) {
			kept = append(kept, part)
		}
	}
	return strings.TrimSuffix(text, query) + strings.Join(kept, "&")
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

func parseHost(host string) (string, error) {
	name, port, withPort := strings.Cut(host, ":")
	switch {
	case host == "":
		return "", fmt.Errorf("a host is empty")
	case strings.HasPrefix(host, "[") || strings.Contains(port, ":"):
		return "", fmt.Errorf("%q: the client has no IPv6 addresses; give a name or an IPv4 address", host)
	case name == "" || strings.ContainsAny(name, "/#\\ "):
		return "", fmt.Errorf("%q is no host, or has a path", host)
	case !withPort:
		return name + ":2113", nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", fmt.Errorf("%q: the port is a number from 1 to 65535", host)
	}
	return host, nil
}

// parseOptions returns the options by their names in lower case.
func parseOptions(query string) (map[string]string, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	options := map[string]string{}
	for key, given := range values {
		name := strings.ToLower(key)
		if _, twice := options[name]; twice || len(given) != 1 {
			return nil, fmt.Errorf("option %s is given more than once", key)
		}
		if err := checkOption(name, given[0]); err != nil {
			return nil, fmt.Errorf("option %s=%s: %w", key, given[0], err)
		}
		options[name] = given[0]
	}
	return options, nil
}

func checkOption(name, value string) error {
	switch name {
	case "tls", "tlsverifycert":
		if v := strings.ToLower(value); v != "true" && v != "false" {
			return fmt.Errorf("true or false")
		}
	case "tlscafile", "usercertfile", "userkeyfile", "connectionname":
		if value == "" {
			return fmt.Errorf("it is empty")
		}
	case "nodepreference":
		if !slices.Contains([]string{"leader", "follower", "random", "readonlyreplica"}, strings.ToLower(value)) {
			return fmt.Errorf("leader, follower, random or readOnlyReplica")
		}
	case "defaultdeadline", "discoveryinterval", "maxdiscoverattempts", "gossiptimeout":
		if n, err := strconv.ParseUint(value, 10, 31); err != nil || n == 0 {
			return fmt.Errorf("a whole number above 0")
		}
	case "keepaliveinterval", "keepalivetimeout":
		if n, err := strconv.Atoi(value); err != nil || n != -1 && n < leastKeepAlive {
			return fmt.Errorf("milliseconds, at least %d, or -1 for none", leastKeepAlive)
		}
	default:
		return fmt.Errorf("it is not known; there are tls, tlsVerifyCert, tlsCAFile, userCertFile, userKeyFile, nodePreference, " +
			"keepAliveInterval, keepAliveTimeout, defaultDeadline, discoveryInterval, gossipTimeout")
	}
	return nil
}

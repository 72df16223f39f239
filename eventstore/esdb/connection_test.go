package esdb

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
)

func TestParseConnection76(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "begins with esdb://"},
		{"http://127.0.0.1:2113", "begins with esdb://"},
		{"ESDB://127.0.0.1:2113", "begins with esdb://"},
		{"esdb://", "empty"},
		{"esdb://a,,b", "empty"},
		{"esdb://:2113", "no host"},
		{"esdb://a:0", "port"},
		{"esdb://a:x", "port"},
		{"esdb://a:70000", "port"},
		{"esdb://[::1]:2113", "IPv6"},
		{"esdb://::1", "IPv6"},
		{"esdb://a/path", "path"},
		{"esdb://user@a", "user:password"},
		{"esdb://:password@a", "user:password"},
		{"esdb://user:password@a?tls=false", "TLS only"},
		{"esdb+discover://a,b", "one name"},
		{"esdb://a?defaultDeadline=abc", "whole number"},
		{"esdb://a?defaultDeadline=0", "whole number"},
		{"esdb://a?defaultDeadline=-5", "whole number"},
		{"esdb://a?defaultDeadline=10s", "whole number"},
		{"esdb://a?tls=no", "true or false"},
		{"esdb://a?tls=false&TLS=true", "more than once"},
		{"esdb://a?tls=false&tls=false", "more than once"},
		{"esdb://a?keepAliveInterval=1000", "at least 10000"},
		{"esdb://a?keepAliveTimeout=x", "at least 10000"},
		{"esdb://a?nodePreference=master", "leader"},
		{"esdb://a?tlsCAFile=/nowhere/ca.pem", "no such file"},
		{"esdb://a?userCertFile=/nowhere/x.pem", "belong together"},
		{"esdb://a?deadline=5", "not known"},
		{"esdb://a?tls=%zz", "invalid URL escape"},
	} {
		_, err := parseConnection(c.text)
		require.ErrorIs(t, err, eventstore.ErrInvalid, c.text)
		require.ErrorContains(t, err, c.says, c.text)
	}
	for _, c := range []struct {
		text  string
		hosts []string
	}{
		{"esdb://127.0.0.1", []string{"127.0.0.1:2113"}},
		{"esdb://127.0.0.1:2114/?tls=false", []string{"127.0.0.1:2114"}},
		{"esdb://user:p%40ss@a:1,b:2,c", []string{"a:1", "b:2", "c:2113"}},
		{"esdb+discover://cluster.dns:2113?nodePreference=follower", []string{"cluster.dns:2113"}},
	} {
		parsed, err := parseConnection(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.hosts, parsed.hosts)
		require.Equal(t, defaultDeadline, parsed.deadline)
	}
	parsed, err := parseConnection("esdb://a?maxDiscoverAttempts=3&tls=false&connectionName=x&defaultDeadline=1500")
	require.NoError(t, err)
	require.Equal(t, 1500*time.Millisecond, parsed.deadline)
	require.Equal(t, []string{"maxdiscoverattempts", "connectionname"}, parsed.ignored)
	require.True(t, parsed.parsed.DisableTLS)
	parsed, err = parseConnection("esdb://user:p%40ss@a")
	require.NoError(t, err)
	require.Equal(t, "p@ss", parsed.parsed.Password)
}

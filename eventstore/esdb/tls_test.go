package esdb_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"saldo/eventstore"
	"saldo/eventstore/esdb"
	"saldo/eventstore/wire"
)

// certificate makes one that signs itself, and the file of it that a client trusts.
func certificate(tb testing.TB) (*tls.Config, string) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "saldo test"},
		NotBefore: now().Add(-time.Hour), NotAfter: now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(tb, err)
	file := filepath.Join(tb.TempDir(), "ca.pem")
	require.NoError(tb, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, file
}

func TestSurvives75CertificatesAndCredentials(t *testing.T) {
	config, ca := certificate(t)
	_, otherCA := certificate(t)
	s := serve(t, inMemory(t), wire.Options{TLS: config, Authenticate: wire.Static(
		wire.StaticToken{SHA256: sha256.Sum256([]byte("reader-token")), Access: wire.AccessRead},
		wire.StaticToken{SHA256: sha256.Sum256([]byte("node-token")), Access: wire.AccessAppend},
	)})
	open := func(connection string) (*esdb.Store, error) {
		return esdb.Open(t.Context(), esdb.Config{ConnectionString: connection, NewID: newID})
	}
	for connection, want := range map[string]error{
		"esdb://node:node-token@" + s.address + "?tlsCAFile=" + otherCA: esdb.ErrCertificate,
		"esdb://node:node-token@" + s.address:                           esdb.ErrCertificate,
		"esdb://" + s.address + "?tlsCAFile=" + ca:                      esdb.ErrCredentials,
		"esdb://node:wrong@" + s.address + "?tlsCAFile=" + ca:           esdb.ErrCredentials,
	} {
		_, err := open(connection)
		require.ErrorIs(t, err, want, connection)
	}
	plain := serve(t, inMemory(t), wire.Options{})
	_, err := open("esdb://" + plain.address)
	require.ErrorIs(t, err, esdb.ErrCertificate)

	node := dial(t, "esdb://node:node-token@"+s.address+"?tlsCAFile="+ca, esdb.Options{})
	_, err = node.Append(t.Context(), "s", eventstore.NoStream(), event(1))
	require.NoError(t, err)
	reader := dial(t, "esdb://anybody:reader-token@"+s.address+"?tlsCAFile="+ca, esdb.Options{})
	_, err = reader.Append(t.Context(), "s", eventstore.At(0), event(2))
	require.ErrorIs(t, err, esdb.ErrCredentials)
	require.ErrorIs(t, err, eventstore.ErrUnavailable)
	require.NotErrorIs(t, err, eventstore.ErrOutcomeUnknown)
	head, err := reader.Head(t.Context())
	require.NoError(t, err)
	require.False(t, head.IsStart())
	require.NoError(t, reader.Wait(t.Context(), eventstore.Position{}))
}

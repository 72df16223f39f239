package api

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"math/big"
	"regexp"
	"strings"
)

// An API token is text of the form saldo_<12 of its id>_<32 of its secret><6 of a checksum>. The prefix lets scanners find one
// that leaked, the checksum tells a miscopied one apart without looking anything up, the id finds it, and the secret, of 190
// random bits, is known by its hash only.
const (
	tokenPrefix   = "saldo_"
	tokenIDLen    = 12
	tokenSecretLn = 32
	tokenCheckLen = 6
	base62        = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	base36        = "0123456789abcdefghijklmnopqrstuvwxyz"
)

// TokenPattern is what a scanner looks for.
var TokenPattern = regexp.MustCompile(`\bsaldo_[0-9a-z]{12}_[0-9A-Za-z]{38}\b`)

// tokenText is a token taken apart.
type tokenText struct {
	id, secret string
}

func (t tokenText) hash() [sha256.Size]byte { return sha256.Sum256([]byte(t.secret)) }

func (t tokenText) String() string {
	body := tokenPrefix + t.id + "_" + t.secret
	return body + checksum(body)
}

// checksum is the CRC-32 of what stands before it, in base 62.
func checksum(body string) string {
	n := crc32.ChecksumIEEE([]byte(body))
	out := make([]byte, tokenCheckLen)
	for i := tokenCheckLen - 1; i >= 0; i-- {
		out[i] = base62[n%62]
		n /= 62
	}
	return string(out)
}

// parseToken takes a token apart. The checksum is looked at before anything else is.
func parseToken(text string) (tokenText, error) {
	if !TokenPattern.MatchString(text) || len(text) != len(tokenPrefix)+tokenIDLen+1+tokenSecretLn+tokenCheckLen {
		return tokenText{}, refuse(ProblemTokenMalformed, "")
	}
	body, sum := text[:len(text)-tokenCheckLen], text[len(text)-tokenCheckLen:]
	if checksum(body) != sum {
		return tokenText{}, refuse(ProblemTokenMalformed, "")
	}
	id, secret, _ := strings.Cut(strings.TrimPrefix(body, tokenPrefix), "_")
	return tokenText{id, secret}, nil
}

// newToken draws a token.
func newToken() (tokenText, error) {
	id, err := drawText(base36, tokenIDLen)
	if err != nil {
		return tokenText{}, err
	}
	secret, err := drawText(base62, tokenSecretLn)
	return tokenText{id, secret}, err
}

func drawText(alphabet string, n int) (string, error) {
	out := make([]byte, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			return "", fmt.Errorf("draw a token: %w", err)
		}
		out[i] = alphabet[k.Int64()]
	}
	return string(out), nil
}

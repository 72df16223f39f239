package domain

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"saldo/domain/words"
)

func TestShownIsTranslated(t *testing.T) {
	for en, id := range map[string]string{
		"open":                              "dibuka",
		"closed since 2020-08-19T10:00:00Z": "ditutup sejak 2020-08-19T10:00:00Z",
		"approved as interactive":           "disetujui sebagai interaktif",
		"at most 1000000":                   "paling banyak 1000000",
		"certificate none, rating 2020-09-06T02:00:00Z, review none": "sertifikat tidak ada, penilaian 2020-09-06T02:00:00Z, ulasan tidak ada",
		"course-1036@1 CourseApproved":                               "course-1036@1 CourseApproved",
	} {
		require.Equal(t, id, Shown(en, words.ID))
		require.Equal(t, en, Shown(en, words.EN))
	}
}

// Every word that a check can show over the ordinary facts of its rule set, and over nothing at all, is in the vocabulary.
func TestShownKnowsTheVocabulary(t *testing.T) {
	english := regexp.MustCompile(`\b(the|since|not|by|at most|before|after|no|and|open|closed|approved|bought)\b`)
	policy := policyNamed(t, "prakerja-2020@2")
	for _, rules := range RuleSets() {
		f := ordinary(rules)
		for _, facts := range []*Facts{&f, {}} {
			for _, c := range Evaluate(rules, facts, policy) {
				for _, s := range []string{c.Expected, c.Actual} {
					require.NotRegexp(t, english, Shown(s, words.ID), "check %s of %s shows %q", c.Check, rules, s)
				}
			}
		}
	}
}

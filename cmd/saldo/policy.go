package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"saldo/domain"
	"saldo/domain/words"
)

func (a *app) policyCommand() *cobra.Command {
	refs := make([]string, 0, len(domain.BuiltinPolicies()))
	for _, r := range domain.BuiltinPolicies() {
		refs = append(refs, string(r))
	}
	return &cobra.Command{
		Use:   "policy [REF]",
		Short: a.t("Aturan dalam kata-kata, dengan pasalnya", "The rules in words, with their articles"),
		Example: `  saldo policy
  saldo policy prakerja-2020@2
  saldo policy prakerja-2020@2 --output json`,
		Args: a.args(0, 1, "REF"), ValidArgs: refs,
		RunE: func(_ *cobra.Command, given []string) error {
			if len(given) == 0 {
				return a.policies(refs)
			}
			return a.runPolicy(given[0], refs)
		},
	}
}

func (a *app) policies(refs []string) error {
	s := sheet{columns: []column{
		{key: "policy", id: "KEBIJAKAN", en: "POLICY"},
		{key: "regulation", id: "PERATURAN", en: "REGULATION"},
		{key: "training", id: "PELATIHAN", en: "TRAINING", right: true},
		{key: "last_day", id: "HARI TERAKHIR", en: "LAST DAY"},
	}}
	for _, r := range refs {
		p, err := domain.BuiltinPolicy(domain.PolicyRef(r))
		if err != nil {
			return err
		}
		s.rows = append(s.rows, []any{r, string(p.Regulation), p.Entitlement.Training, p.Conduct.LastDay})
	}
	return a.print(s)
}

func (a *app) runPolicy(given string, refs []string) error {
	ref, err := a.named(given, refs, "saldo policy")
	if err != nil {
		return err
	}
	p, err := domain.BuiltinPolicy(domain.PolicyRef(ref))
	if err != nil {
		return err
	}
	switch a.output {
	case "json":
		return a.json(p)
	case "ndjson", "csv":
		return a.print(a.demands(&p))
	}
	_, err = io.WriteString(a.out, a.policyText(&p))
	return err
}

// demands lists every check with what the policy says about it.
func (a *app) demands(p *domain.Policy) sheet {
	s := sheet{columns: []column{{key: "rules"}, {key: "check"}, {key: "demanded"}, {key: "asks"}, {key: "reference"}, {key: "verified"}}}
	for _, r := range domain.RuleSets() {
		for _, c := range domain.Checks(r) {
			id, en := domain.Describe(c.Name)
			ref := p.Reference(c.Name)
			s.rows = append(s.rows, []any{string(r), string(c.Name), c.Always || demanded(p, r, c.Name), a.t(id, en), string(ref.Text), ref.Verified})
		}
	}
	return s
}

func demanded(p *domain.Policy, rules domain.RuleSet, check domain.CheckName) bool {
	for _, d := range p.Conduct.Demands {
		if d.Rules.Name() == rules.Name() && slices.Contains(d.Checks, check) {
			return true
		}
	}
	return false
}

func (a *app) policyText(p *domain.Policy) string {
	rp := func(m domain.Money) string { return words.Rupiah(m.Decimal(), a.lang) }
	var b strings.Builder
	b.WriteString(a.bold(string(p.Ref())) + " · " + string(p.Regulation) + "\n\n")
	a.field(&b, a.t("Bantuan", "Entitlement"), fmt.Sprintf(a.t("pelatihan %s; insentif %d x %s; survei %d x %s", "training %s; incentives %d x %s; surveys %d x %s"),
		rp(p.Entitlement.Training), p.Entitlement.JobSearch.Times, rp(p.Entitlement.JobSearch.Amount), p.Entitlement.Survey.Times, rp(p.Entitlement.Survey.Amount)))
	a.field(&b, a.t("Pembelian", "Purchases"), fmt.Sprintf(a.t("sampai %s pukul 23.59.59 WIB; yang pertama dalam %d hari sesudah pemberitahuan dan data lengkap", "to %s 23.59.59 WIB; the first within %d days of notice and completed data"),
		words.Day(p.Conduct.LastDay.End(), words.WIB, a.lang), p.Conduct.FirstPurchaseDays))
	for _, r := range domain.RuleSets() {
		id, en := domain.DescribeRules(r)
		b.WriteString("\n" + a.bold(string(r)) + "\n")
		a.paragraph(&b, a.t(id, en), 2)
		waived := 0
		for _, c := range domain.Checks(r) {
			if !c.Always && !demanded(p, r, c.Name) {
				waived++
				continue
			}
			id, en := domain.Describe(c.Name)
			a.item(&b, "•", a.t(id, en)+" · "+a.article(p.Reference(c.Name)))
		}
		if waived > 0 {
			a.item(&b, "–", fmt.Sprintf(a.t("%d pemeriksaan tidak disyaratkan", "%d checks are not demanded"), waived))
		}
	}
	return b.String()
}

func (a *app) article(r domain.LegalReference) string {
	switch {
	case r.Text == "":
		return a.t("tanpa rujukan terverifikasi", "without a verified reference")
	case r.Verified, strings.Contains(string(r.Text), "belum diverifikasi"):
		return string(r.Text)
	}
	return string(r.Text) + a.t(" (belum diverifikasi)", " (not verified yet)")
}

package domain

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// The policies of the programme that come with the binary. They are data that somebody adopts with AdoptPolicy; no decision
// reads these files, only the bytes of PolicyAdopted. To put a new regulation into data: a new file, never an edit of one
// that has been adopted anywhere.
//
//go:embed policies/*.json
var policyFiles embed.FS

// ErrNoPolicy is wrapped when no built-in policy has the reference that was asked for.
var ErrNoPolicy = errors.New("no such built-in policy")

// BuiltinPolicies lists the policies that come with the binary, versions of a scheme in order.
func BuiltinPolicies() []PolicyRef {
	files, err := policyFiles.ReadDir("policies")
	if err != nil {
		return nil // the folder is part of the binary
	}
	refs := make([]PolicyRef, 0, len(files))
	for _, f := range files {
		refs = append(refs, PolicyRef(strings.TrimSuffix(f.Name(), ".json")))
	}
	slices.SortFunc(refs, comparePolicyRefs)
	return refs
}

func comparePolicyRefs(a, b PolicyRef) int {
	schemeA, versionA, _ := strings.Cut(string(a), "@")
	schemeB, versionB, _ := strings.Cut(string(b), "@")
	if c := strings.Compare(schemeA, schemeB); c != 0 {
		return c
	}
	numberA, _ := strconv.Atoi(versionA)
	numberB, _ := strconv.Atoi(versionB)
	return numberA - numberB
}

// BuiltinPolicy gives a policy that comes with the binary, such as prakerja-2020@2.
func BuiltinPolicy(ref PolicyRef) (Policy, error) {
	if !slices.Contains(BuiltinPolicies(), ref) {
		return Policy{}, fmt.Errorf("%w: %s (there are %v)", ErrNoPolicy, clip(string(ref)), BuiltinPolicies())
	}
	data, err := policyFiles.ReadFile("policies/" + string(ref) + ".json")
	if err != nil {
		return Policy{}, err
	}
	p, err := decodePolicy(data)
	if err != nil {
		return Policy{}, fmt.Errorf("policy %s: %w", ref, err)
	}
	return p, nil
}

// decodePolicy reads a policy's file. A field that it does not know is an error: it would be a rule that nobody applies.
func decodePolicy(data []byte) (Policy, error) {
	var p Policy
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Policy{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Policy{}, errors.New("text after the end of the policy")
	}
	return p, nil
}

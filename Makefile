# Saldo: what a developer runs. CI runs the same stages through .ci/run, which needs no make.

FUZZTIME ?= 30s
GOLANGCI := v2.15.0
# golangci-lint is installed where `go install` puts it, which need not be on PATH.
GOBIN := $(shell d=$$(go env GOBIN); echo "$${d:-$$(go env GOPATH | cut -d: -f1)/bin}")
export PATH := $(GOBIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help check fmt vet lint test race build fuzz bench bench-store torture golden vuln tools ci

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r t d; do printf '  make %-11s %s\n' "$$t" "$$d"; done

check: fmt vet lint race build ## what must pass before a commit: format, vet, lint, race tests, build

fmt: tools ## show what is not formatted (golangci-lint fmt mends it)
	golangci-lint fmt --diff

vet: ## go vet
	go vet ./...

lint: tools ## golangci-lint with .golangci.yml
	golangci-lint run

test: ## all tests with their full counts
	go test ./...

race: ## all tests under the race detector, with lower counts
	go test -race -shuffle=on -short -timeout 30m ./...

build: ## build every package
	go build ./...

fuzz: ## run each fuzz target for FUZZTIME (30s)
	@FUZZTIME=$(FUZZTIME) bash .ci/run fuzz

bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-store: ## the event store against its limits, at full size, as ratios (half an hour, 8 GB of disk)
	SALDO_BENCH=full go test -run '^$$' -bench Store -benchtime 1x -timeout 120m ./eventstore/embedded

torture: ## the long fault and crash tests (up to an hour)
	SALDO_TORTURE=1 go test -run Torture -timeout 60m ./...

golden: ## accept the present output as the golden files; read the diff before committing it
	SALDO_UPDATE=1 go test ./...

vuln: ## look for known vulnerabilities (says SKIPPED where the database is out of reach)
	@bash .ci/run vuln

tools: ## install the pinned golangci-lint where it is missing
	@golangci-lint version 2>/dev/null | grep -q 'version $(GOLANGCI:v%=%) ' || \
		GOBIN='$(GOBIN)' go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)

ci: ## everything CI runs, about a quarter of an hour
	bash .ci/run

# Nothing is needed but Go and make. `make help` lists the targets.

NAME     = telegraf-dns-anycast
TELEGRAF = 1.39.3
FUZZTIME = 1m

# Modules of their own, so that the product's go.mod stays small.
MODULES = scripts/asdatabase scripts/bench scripts/dashboards scripts/packages

# Tools at the versions that scripts/tools/go.mod pins.
TOOL = go tool -modfile="$(CURDIR)/scripts/tools/go.mod"

# What `make check` builds for: the portable twin everywhere but on Linux, and a machine with 32-bit words.
PLATFORMS = darwin/arm64 windows/amd64 freebsd/amd64 linux/386 linux/arm64

SCRIPTS = .ci/run config/stack config/influxdb/setup config/telegraf.d/install scripts/backup scripts/fill scripts/restore scripts/vantage scripts/influxdb.sh scripts/fuzz.sh scripts/test.sh

# Without version control's stamp: it needs git, and a checkout that belongs to another user makes git refuse.
# -trimpath everywhere, so that nothing is compiled twice for the lack of it.
export GOFLAGS += -buildvcs=false -trimpath

.PHONY: build stack stack-down demo lab bench atlas-cost soak dashboards fleet-cost storage packages notes test check format crossbuild fuzz telegraf clean help

build: ## bin/telegraf-dns-anycast, static
	CGO_ENABLED=0 go build -ldflags "-s -w" -o bin/$(NAME) ./cmd/$(NAME)

stack: ## InfluxDB, Grafana and Telegraf with the plugin, in containers: to the first graph (Docker)
	@config/stack up

stack-down: ## ends these and keeps the data
	@config/stack down

demo: build ## what it does, shown on loopback
	@go run ./scripts/demo bin/$(NAME)

lab: build ## a real BGP anycast cloud on this machine, to watch and to break (Linux, root)
	go build -o bin/lab ./scripts/lab
	@bin/lab

bench: build ## how exact the times are and what they cost, beside Telegraf's own dns_query (Linux, root; 8 minutes)
	go -C scripts/bench build -o ../../bin/bench .
	@bin/bench bin/$(NAME)

atlas-cost: build ## what results of RIPE Atlas cost: thirteen letters, two families, 12,000 probes (Linux; 2 minutes)
	go build -o bin/atlascost ./scripts/atlascost
	@bin/atlascost bin/$(NAME)

soak: build ## thousands of rounds with servers of every kind: nothing drifts, no point is lost (Linux; 8 minutes)
	go build -o bin/soak ./scripts/soak
	@bin/soak bin/$(NAME)

# staticcheck reads all of Grafana's types here, for two minutes: that is too long for `make check`.
dashboards: ## Grafana's dashboards and all alert rules in config, from scripts/dashboards
	go -C scripts/dashboards run . -out "$(CURDIR)/config"
	cd scripts/dashboards && $(TOOL) staticcheck ./...

fleet-cost: ## what alert rules, dashboards and service levels cost the stores with 100 vantage points of 200 addresses (20 minutes)
	go test -count=1 -p=1 -tags fleetcost -run FleetCost -v ./scripts/stack ./scripts/stack/alerts ./scripts/stack/dashboards ./scripts/stack/levels

storage: ## what points cost InfluxDB, VictoriaMetrics and Prometheus: bytes on disk, points stored in a second (7 minutes)
	go test -count=1 -tags storage -run Storage -v ./scripts/stack

packages: ## deb, rpm and archives with their checksums, into dist/
	go -C scripts/packages run . -out "$(CURDIR)/dist"

notes: ## what CHANGELOG.md says of a release, TAG=v0.1.0, into bin/NOTES.md
	@mkdir -p bin
	go -C scripts/packages run . -notes "$(TAG)" >bin/NOTES.md

test: ## all tests; what is skipped is named at the end
	@scripts/test.sh $(MODULES)

check: ## everything but the tests: modules, vet, staticcheck, gofumpt, workflows, other systems, fuzzing for 5 s each
	go mod tidy -diff
	go -C scripts/tools mod tidy -diff
	go vet ./...
	go vet -tags portable ./...
	go vet -tags fleetcost,storage ./scripts/stack/...
	$(TOOL) staticcheck ./...
	$(TOOL) staticcheck -tags portable ./plugins/...
	@files=$$($(TOOL) gofumpt -l .) && if [ -n "$$files" ]; then echo "make format is due on:" $$files >&2; exit 1; fi
	for module in scripts/composecheck $(MODULES); do \
		(cd $$module && go mod tidy -diff && go vet ./...) || exit 1; \
	done
	for module in scripts/asdatabase scripts/composecheck scripts/bench scripts/packages; do \
		(cd $$module && $(TOOL) staticcheck ./...) || exit 1; \
	done
	go -C scripts/dashboards run . -out "$(CURDIR)/config" -check
	$(TOOL) actionlint .github/workflows/*.yml
	@if command -v shellcheck >/dev/null; then shellcheck $(SCRIPTS); \
	elif [ -n "$$CI" ]; then echo "shellcheck is missing" >&2; exit 1; \
	else echo "SKIPPED: shellcheck is missing: apt-get install shellcheck"; fi
	$(MAKE) crossbuild
	./scripts/fuzz.sh 5s

format: ## gofumpt
	$(TOOL) gofumpt -w .

# What is thrown away need not be optimised. Where the files are Linux's or another's, their tests are vetted there.
crossbuild: QUICK = -gcflags='all=-N -l'
crossbuild: ## build and vet for other systems
	@set -e; for platform in $(PLATFORMS); do \
		echo "$$platform"; \
		export CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/}; \
		go build $(QUICK) -o /dev/null ./cmd/$(NAME); \
		case $$platform in darwin/*|windows/*) go vet $(QUICK) ./... ;; esac; \
	done

fuzz: ## every fuzz target, FUZZTIME=1m each
	./scripts/fuzz.sh $(FUZZTIME)

telegraf: ## bin/telegraf, the one that the tests run
	@if bin/telegraf --version 2>/dev/null | grep -qx 'Telegraf $(TELEGRAF)' && bin/telegraf plugins 2>/dev/null | grep -cx 'inputs.chrony\|outputs.http' | grep -qx 2; then \
		echo "bin/telegraf is $(TELEGRAF) already"; \
	else \
		set -x; GOBIN="$(CURDIR)/bin" go install -trimpath \
			-tags custom,inputs.chrony,inputs.execd,inputs.internal,inputs.mqtt_consumer,outputs.file,outputs.http,outputs.influxdb,outputs.mqtt,parsers.influx,processors.converter,serializers.influx,serializers.prometheusremotewrite \
			-ldflags "-s -w -X github.com/influxdata/telegraf/internal.Version=$(TELEGRAF)" \
			github.com/influxdata/telegraf/cmd/telegraf@v$(TELEGRAF); \
	fi

clean: ## remove bin
	rm -rf bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

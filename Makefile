# make demo    a real incident in the lab, over SSH, to its verdict and postmortem (root)
# make test    everything that CI runs
# make bench   Stakeout beside mergecap, tshark, capinfos, tcpdump and cat (a quarter of an hour, 10 GB of disk); bench-quick: a minute
# make score   how well captures are matched and aligned, on generated traffic whose truth is known
.POSIX:
.PHONY: demo test score lint build release bench bench-quick bench-programs packages clean

SWIFT_BUILD = swift build

demo: packages release
	.build/release/stakeout lab run reset-through-nat

# Live tests need the machine's cores for themselves: real sshds, captures and keepers with short timers.
test: packages lint build release
	Scripts/swift-test --skip 'RemotesTests|PlanningTests|LabTests'
	Scripts/swift-test --filter '^PlanningTests'
	Scripts/swift-test --filter '^RemotesTests'
	Scripts/swift-test --filter '^LabTests' --no-parallel

score: packages
	$(SWIFT_BUILD) -c release --product score
	.build/release/score

lint:
	swift format lint --recursive --strict --parallel Sources Tests Benchmarks/Sources Benchmarks/Package.swift Package.swift
	shellcheck -s sh Scripts/install-packages Scripts/swift-test Sources/Planning/Keeper/*.sh Sources/Lab/Scripts/*.sh

build: packages
	$(SWIFT_BUILD) --build-tests

release: packages
	$(SWIFT_BUILD) -c release --product stakeout
	$(SWIFT_BUILD) -c release --product lab-peer

# What to measure, as options of Benchmarks/.build/release/bench: make bench BENCH='--size 1500 --flows 1'
BENCH =

bench: release bench-programs
	cd Benchmarks && .build/release/bench $(BENCH)

bench-quick: release bench-programs
	cd Benchmarks && .build/release/bench --records 200000 --flows 1000 --rounds 3 --tshark-records 100000 $(BENCH)

bench-programs: packages
	$(SWIFT_BUILD) -c release --package-path Benchmarks

packages:
	Scripts/install-packages

clean:
	rm -rf .build Benchmarks/.build

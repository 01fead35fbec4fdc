# make demo    a real incident in the lab, over SSH, to its verdict and postmortem (root)
# make test    everything that CI runs
.POSIX:
.PHONY: demo test lint build release packages clean

SWIFT_BUILD = swift build

demo: packages release
	.build/release/stakeout lab run reset-through-nat

# Live tests need the machine's cores for themselves: real sshds, captures and keepers with short timers.
test: packages lint build release
	swift test --skip-build --skip 'RemotesTests|PlanningTests|LabTests'
	swift test --skip-build --filter '^PlanningTests'
	swift test --skip-build --filter '^RemotesTests'
	swift test --skip-build --filter '^LabTests' --no-parallel

lint:
	swift format lint --recursive --strict --parallel Sources Tests Package.swift
	shellcheck -s sh Scripts/install-packages Sources/Planning/Keeper/*.sh Sources/Lab/Scripts/*.sh

build: packages
	$(SWIFT_BUILD) --build-tests

release: packages
	$(SWIFT_BUILD) -c release --product stakeout
	$(SWIFT_BUILD) -c release --product lab-peer

packages:
	Scripts/install-packages

clean:
	rm -rf .build

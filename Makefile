# make demo    a real incident in the lab, over SSH, to its verdict and postmortem (root)
# make test    everything that CI runs
.POSIX:
.PHONY: demo test lint build release packages clean

SWIFT_BUILD = swift build

demo: packages release
	.build/release/stakeout lab run reset-through-nat

# Live tests need the machine's cores for themselves: real sshds, captures and keepers with short timers.
test: packages lint build release
	Scripts/swift-test --skip 'RemotesTests|PlanningTests|LabTests'
	Scripts/swift-test --filter '^PlanningTests'
	Scripts/swift-test --filter '^RemotesTests'
	Scripts/swift-test --filter '^LabTests' --no-parallel

lint:
	swift format lint --recursive --strict --parallel Sources Tests Package.swift
	shellcheck -s sh Scripts/install-packages Scripts/swift-test Sources/Planning/Keeper/*.sh Sources/Lab/Scripts/*.sh

build: packages
	$(SWIFT_BUILD) --build-tests

release: packages
	$(SWIFT_BUILD) -c release --product stakeout
	$(SWIFT_BUILD) -c release --product lab-peer

packages:
	Scripts/install-packages

clean:
	rm -rf .build

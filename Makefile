# make demo    a real incident in the lab, over SSH, to its verdict and postmortem (root)
# make test    everything that CI runs
# make test-long  what a run does when something goes wrong in every one of its phases, in the lab (half an hour);
#                 STAKEOUT_PHASES=connecting,arming make test-long: in those alone
# make fuzz    what libFuzzer makes up, for SECONDS=60; make asan, make tsan: the tests under the address and thread sanitizers
# make bench   Stakeout beside mergecap, tshark, capinfos, tcpdump and cat (a quarter of an hour, 10 GB of disk); bench-quick: a minute
# make bench-hosts  Stakeout beside clush and ansible on a hundred sshds of this machine (root, a quarter of an hour)
# make score   how well captures are matched and aligned, on generated traffic whose truth is known
.POSIX:
.PHONY: demo test test-long score lint build release fuzz asan tsan bench bench-quick bench-hosts bench-programs packages clean

SWIFT_BUILD = swift build

demo: packages release
	.build/release/stakeout lab run reset-through-nat

# Live tests need the machine's cores for themselves: real sshds, captures and keepers with short timers.
test: packages lint build release
	Scripts/install-packages test
	Scripts/install-readers
	STAKEOUT_HEALTHY_CASES=1000 Scripts/swift-test --skip 'RemotesTests|PlanningTests|LabTests'
	Scripts/swift-test --filter '^PlanningTests'
	Scripts/swift-test --filter '^RemotesTests'
	Scripts/swift-test --filter '^LabTests' --no-parallel
	Scripts/fuzz $(SECONDS)

test-long: packages build release
	Scripts/install-packages test
	STAKEOUT_LONG=1 Scripts/swift-test --filter '^LabTests.(FaultTests|ControllerDiskTests|LosslessTests|ClockStepTests)' --no-parallel

score: packages
	$(SWIFT_BUILD) -c release --product score
	.build/release/score

lint:
	swift format lint --recursive --strict --parallel Sources Tests Package.swift \
	  Benchmarks/Sources Benchmarks/Package.swift Fuzzing/Sources Fuzzing/Package.swift
	shellcheck -s sh Scripts/install-packages Scripts/install-readers Scripts/swift-test Scripts/fuzz Scripts/bench-hosts Sources/Planning/Keeper/*.sh Sources/Lab/Scripts/*.sh

build: packages
	$(SWIFT_BUILD) --build-tests

release: packages
	$(SWIFT_BUILD) -c release --product stakeout
	$(SWIFT_BUILD) -c release --product lab-peer

# How long each fuzzer runs.
SECONDS = 60

fuzz: packages
	Scripts/fuzz $(SECONDS)

# Without the live tests: they time out under a sanitizer. The leak checker reports the test harness itself.
SANITIZED = --skip 'RemotesTests|PlanningTests|LabTests'

asan: packages
	$(SWIFT_BUILD) --build-tests --sanitize=address --build-path .build-address
	ASAN_OPTIONS=detect_leaks=0 Scripts/swift-test --sanitize=address --build-path .build-address $(SANITIZED)

tsan: packages
	$(SWIFT_BUILD) --build-tests --sanitize=thread --build-path .build-thread
	Scripts/swift-test --sanitize=thread --build-path .build-thread $(SANITIZED)

# What to measure, as options of Benchmarks/.build/release/bench: make bench BENCH='--size 1500 --flows 1'
BENCH =

bench: release bench-programs
	cd Benchmarks && .build/release/bench $(BENCH)

bench-quick: release bench-programs
	cd Benchmarks && .build/release/bench --records 200000 --flows 1000 --rounds 3 --tshark-records 100000 $(BENCH)

bench-hosts: release
	Scripts/install-packages peers
	Scripts/bench-hosts

bench-programs: packages
	$(SWIFT_BUILD) -c release --package-path Benchmarks

packages:
	Scripts/install-packages

clean:
	rm -rf .build .build-address .build-thread Benchmarks/.build Fuzzing/.build

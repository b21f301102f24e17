# Verbs over meson. "demo", "check" and "bench" need nothing done before.
BUILD = build
PYTHON := $(firstword $(wildcard /usr/bin/python3) python3)

.PHONY: build demo check check-asan check-tsan check-valgrind check-browser \
    check-sessions check-overload check-tracer-memory bench bench-causes bench-startup \
    bench-overhead soak clean

build:
	@tools/setup/install-packages
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) $(SETUP_ARGS)
	@ninja -C $(BUILD)

# Three faults: the sender pauses, the encoder is overloaded, writes are slow.
# Each counts its time from the first buffer that it sees.
S = 000000000
PAUSE = fault mode=drop at=4$(S) duration=2$(S)
OVERLOAD = fault mode=spin delay=60000000 at=7$(S) duration=2$(S)
SLOW_WRITES = fault mode=sleep delay=60000000 at=11$(S) duration=1$(S)
demo: build
	@meson devenv -C $(BUILD) -w "$(CURDIR)" \
	    $(abspath $(BUILD))/tools/gst-prof-1.0 record --test-sender \
	    --sender-video='$(PAUSE) announce="sender pause"' \
	    --sender-audio='$(PAUSE)' \
	    --encoder='$(OVERLOAD) announce="encoder overload" ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=60' \
	    --sink='$(SLOW_WRITES) announce="slow writes" ! filesink' \
	    --duration=15 --output=demo.mkv $(DEMO_ARGS) \
	    | $(PYTHON) tests/demo/check-recording demo.mkv

# What the tests with real clients take besides
CLIENTS = chromium gir1.2-gst-plugins-bad-1.0 gir1.2-gst-rtsp-server-1.0

# TESTS="fault layers" picks programs, GST_CHECKS=name picks cases.
check: build
	@tools/setup/install-packages $(CLIENTS)
	@$(PYTHON) tests/runner.py $(BUILD) $(TESTS)

check-asan:
	@$(MAKE) --no-print-directory check BUILD=build-asan \
	    SETUP_ARGS="-Db_sanitize=address,undefined -Db_lundef=false \
	        -Dc_args=-fno-sanitize=alignment"

# What hands over between threads. tests/tsan tells what GLib's locks order. The
# registry is made first, by a process that ends: one that has had threads leaves
# their names to the children that it makes for each case.
RACES = activity activities activitydump history bracket bracketflow \
    bracketlayers brackettap sampler samplercauses samplerquestions \
    samplervisits coverage coveragepause coveragestress elementread mainloop threadrecord \
    ticker hub tracedruns tracerraces
check-tsan:
	@$(MAKE) --no-print-directory build BUILD=build-tsan \
	    SETUP_ARGS="-Db_sanitize=thread -Db_lundef=false"
	@meson devenv -C build-tsan tests/check/tracer-app run "fakesrc num-buffers=1 ! fakesink"
	@CK_TIMEOUT_MULTIPLIER=4 $(PYTHON) tests/runner.py build-tsan \
	    $(if $(TESTS),$(TESTS),$(RACES))

# The memory of GST_TRACERS=prof after so many buffers
TRACED_BUFFERS = 100000000
check-tracer-memory: build
	@$(RUN_TEST) tests/check/tracersafe.py $(TRACED_BUFFERS)

check-valgrind: build
	@tools/setup/install-packages valgrind
	@$(PYTHON) tests/runner.py --valgrind $(BUILD) $(TESTS)

RUN_TEST = GST_PROF_BUILD="$(abspath $(BUILD))" meson devenv -C $(BUILD) \
    -w "$(CURDIR)" $(PYTHON)

# An encoder that takes 100 ms for each frame of 1080p: 30 s by each policy.
OVERLOAD_SECONDS = 30
check-overload: build
	@$(RUN_TEST) tests/check/overload.py $(OVERLOAD_SECONDS)

# A real browser: the codecs, then each fault once, or REPEAT times. FAULTS="..."
# picks some, and leaves the codecs away. Takes root, for the networks it makes.
check-browser: build
	@tools/setup/install-packages $(CLIENTS) nftables iproute2
	@$(if $(FAULTS),,$(RUN_TEST) tests/browser/endtoend.py VP8 VP9 H264)
	@$(if $(FAULTS),,$(RUN_TEST) tests/browser/endtoend.py --no-encode VP8 H264)
	@$(RUN_TEST) tests/browser/faults.py $(FAULTS) \
	    $(if $(filter command% environment%,$(origin REPEAT)),--repeat=$(REPEAT))

# Sessions one after another and at once, and what they leave behind.
check-sessions: build
	@tools/setup/install-packages $(CLIENTS)
	@$(RUN_TEST) tests/webrtc/sessions.py --in-turn=20 --at-once=4

# From POST to the first recorded frame. LATENCY="200 50" compares jitter buffers.
STARTUPS = 20
bench-startup: build
	@tools/setup/install-packages $(CLIENTS)
	@$(RUN_TEST) tests/benchmarks/startup.py --runs=$(STARTUPS) \
	    $(if $(LATENCY),--latency $(LATENCY))

# BENCH=instructions counts instead of timing, and takes valgrind for it.
BENCH = span frame recording sampler
bench: build
	@tools/setup/install-packages $(if $(filter instructions,$(BENCH)),valgrind)
	@meson test -C $(BUILD) --no-rebuild --benchmark --verbose $(BENCH)

# What GST_TRACERS=prof costs beside other tracers. OVERHEAD="row memory" picks
# sections, LONG=1 runs 10^8 buffers for the memory.
ROUNDS = 7
bench-overhead: build
	@tools/setup/install-packages valgrind
	@$(RUN_TEST) tests/benchmarks/overhead.py --rounds=$(ROUNDS) \
	    $(if $(LONG),--long) $(abspath $(BUILD))/tests/benchmarks/overhead-run \
	    $(OVERHEAD)

# Ten clean minutes beside other work: no warning, no growth, and the cost.
SOAK_SECONDS = 600
soak: build
	@meson devenv -C $(BUILD) -w "$(CURDIR)" \
	    $(PYTHON) tests/benchmarks/soak.py $(BUILD) $(SOAK_SECONDS)

# Every fault of tests/faults, long and short: what was injected, what was named.
# FAULTS="spin mutex" picks some. Half an hour with these numbers.
REPEAT = 2
CHEAP_REPEAT = 3
comma = ,
bench-causes: build
	@tools/setup/install-packages libfuse3-dev fuse3
	@test -e $(BUILD)/tests/faults/fault-slowfs \
	    || meson setup --reconfigure $(BUILD) >/dev/null
	@ninja -C $(BUILD)
	@meson devenv -C $(BUILD) -w "$(CURDIR)" \
	    $(abspath $(BUILD))/tests/faults/fault-suite --bench \
	    --repeat=$(REPEAT) --cheap-repeat=$(CHEAP_REPEAT) \
	    $(if $(FAULTS),--only=$(subst $(eval ) ,$(comma),$(strip $(FAULTS))))

clean:
	rm -rf $(BUILD) build-asan build-tsan

# Runs every test. Sourced; needs app.sh, common.sh, find_java and find_maven.

# Programs that the tests drive, and modules of Python, each with the Debian package that has it.
TEST_PROGRAMS="kcat:kcat python3:python3 node:nodejs npm:npm etcd:etcd-server"
# Root ignores permissions, until setpriv takes that from it (DirectoryTroubleTest), and may mount a disk (FailedDiskTest, FullDiskStartTest).
TEST_ROOT_PROGRAMS="setpriv:util-linux mount:mount"
TEST_PYTHON_MODULES="kafka:python3-kafka snappy:python3-snappy lz4:python3-lz4 zstandard:python3-zstandard"
# kafkajs has gzip built in, and takes the other codecs from packages.
TEST_NODE_PACKAGES="kafkajs@2.2.4 kafkajs-snappy@1.1.0 lz4js@0.2.0 zstd-codec@0.1.5"

# Prints the Debian packages whose content is missing. Python's modules may be Debian's, or those of the python3 that
# comes first.
missing_packages() {
  local entry programs="$TEST_PROGRAMS"
  is_root && programs="$programs $TEST_ROOT_PROGRAMS"
  for entry in $programs; do
    command -v "${entry%%:*}" >/dev/null || printf ' %s' "${entry##*:}"
  done
  find_python && return
  for entry in $TEST_PYTHON_MODULES; do
    /usr/bin/python3 -c "import ${entry%%:*}" 2>/dev/null || printf ' %s' "${entry##*:}"
  done
}

is_root() {
  [ "$(id -u)" = 0 ]
}

find_python() {
  local python modules=
  for python in $TEST_PYTHON_MODULES; do modules="$modules,${python%%:*}"; done
  for python in /usr/bin/python3 python3; do
    if "$python" -c "import ${modules#,}" 2>/dev/null; then
      export MYELIN_TEST_PYTHON="$python"
      return
    fi
  done
  return 1
}

install_test_tools() {
  local missing
  missing=$(missing_packages)
  if [ -n "$missing" ] && is_root && command -v apt-get >/dev/null; then
    echo "installing$missing"
    # shellcheck disable=SC2086 # a list of packages is meant to be split
    { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing; } \
      >"$WORK/test-tools.log" 2>&1 </dev/null || fail "could not install$missing; see $WORK/test-tools.log"
    missing=$(missing_packages)
  fi
  [ -z "$missing" ] || fail "the tests need what is not installed here:$missing
  Debian, Ubuntu:  sudo apt-get install$missing
  elsewhere:       kcat, etcd 3.4 or later, Node.js with npm, and Python 3 with
                   pip install kafka-python python-snappy lz4 zstandard;
                   root needs setpriv and mount of util-linux, too"
  find_python
  install_node_packages
}

# A folder of its own, so that no package.json of ours needs them.
install_node_packages() {
  local folder="$WORK/test-tools"
  export MYELIN_TEST_NODE_MODULES="$folder/node_modules"
  [ "$(cat "$folder/packages" 2>/dev/null)" = "$TEST_NODE_PACKAGES" ] && return
  echo "installing $TEST_NODE_PACKAGES"
  mkdir -p "$folder"
  # shellcheck disable=SC2086 # a list of packages is meant to be split
  npm install --silent --no-fund --no-audit --prefix "$folder" $TEST_NODE_PACKAGES >>"$WORK/test-tools.log" 2>&1 </dev/null ||
    fail "could not install $TEST_NODE_PACKAGES from npm; see $WORK/test-tools.log"
  echo "$TEST_NODE_PACKAGES" >"$folder/packages"
}

# Adds up what Maven said of each module; names what failed, and the classes where something was skipped.
summarize() {
  echo
  awk -v seconds="$1" '
    function count(name) { return match($0, name ": [0-9]+") ? substr($0, RSTART + length(name) + 2, RLENGTH - length(name) - 2) + 0 : 0 }
    /Tests run: / && !/Time elapsed/ {
      tests += count("Tests run"); failed += count("Failures") + count("Errors"); skipped += count("Skipped")
    }
    /Tests run: / && /Time elapsed/ && count("Skipped") > 0 { print "skipped: " count("Skipped") " in " $NF }
    # Ignored together with the failures, but no number says so: tests that hung, or took their JVM down.
    /^\[ERROR\] +There was a timeout|forked VM terminated/ { broken = 1; print "failed:  " $0 }
    / -- Time elapsed: .*<<< (FAILURE|ERROR)!/ { print "failed:  " $2 }
    END {
      printf "%d passed, %d failed, %d skipped, in %d min %d s\n", tests - failed - skipped, failed, skipped,
        seconds / 60, seconds % 60
      exit tests == 0 || failed > 0 || broken
    }' "$WORK/test.log"
}

# include_containers '' | required | if-possible: whether the tests of containers are run too; LEFT_OUT says so if not.
include_containers() {
  LEFT_OUT="without the tests of containers, which bin/myelin test --containers includes"
  [ -n "$1" ] || return 1
  . "$ROOT/bin/lib/containers.sh"
  prepare_containers && LEFT_OUT='' && return
  LEFT_OUT="without the tests of containers: $NO_CONTAINERS"
  [ "$1" = if-possible ] || fail "the tests of containers cannot run: $NO_CONTAINERS"
  return 1
}

run_tests() {
  local result started=$SECONDS containers='' argument arguments=()
  for argument in "$@"; do
    case "$argument" in
      --containers) containers=required ;;
      --containers=if-possible) containers=if-possible ;;
      *) arguments+=("$argument") ;;
    esac
  done
  mkdir -p "$WORK"
  install_test_tools
  # The compatibility tests start both, which must find nothing left to build under the running Maven.
  ensure_app
  "$ROOT/bin/kafka-topics.sh" --version >/dev/null || fail "Kafka's own tools do not run; see $WORK/kafka-tools.log"
  include_containers "$containers" && arguments+=(-Pcontainers)
  # A failed test of one module must not keep those of the others from running: the summary decides.
  (cd "$ROOT" && exec "$MAVEN" -B -ntp --fail-at-end -Dmaven.test.failure.ignore=true \
    verify ${arguments[@]+"${arguments[@]}"}) </dev/null 2>&1 |
    tee "$WORK/test.log"
  result=${PIPESTATUS[0]}
  [ -z "$LEFT_OUT" ] || echo "$LEFT_OUT"
  is_root || echo "without FailedDiskTest and FullDiskStartTest, which mount a disk: only root may"
  summarize $((SECONDS - started)) && [ "$result" = 0 ] && exit 0
  [ "$result" = 0 ] || echo "the build failed: see the end of $WORK/test.log"
  exit 1
}

# Runs every test. Sourced; needs common.sh, find_java and find_maven.

# Programs that the compatibility tests drive, each with the Debian package that has it.
TEST_PROGRAMS="kcat:kcat python3:python3 node:nodejs npm:npm"

install_test_tools() {
  local entry missing=
  for entry in $TEST_PROGRAMS; do
    command -v "${entry%%:*}" >/dev/null || missing="$missing ${entry##*:}"
  done
  python3 -c 'import kafka' 2>/dev/null || missing="$missing python3-kafka"
  if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing$missing"
    # shellcheck disable=SC2086 # a list of packages is meant to be split
    { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing; } \
      >"$WORK/test-tools.log" 2>&1 || fail "could not install$missing; see $WORK/test-tools.log"
    missing=
  fi
  [ -z "$missing" ] || fail "the tests need packages that are not installed here:$missing
  Debian, Ubuntu:  sudo apt-get install$missing
  elsewhere:       install kcat, Node.js with npm, Python 3 with kafka-python"
  install_kafkajs
}

# Where the tests find kafkajs: a folder of its own, so that no package.json of ours needs it.
install_kafkajs() {
  export MYELIN_TEST_NODE_MODULES="$WORK/test-tools/node_modules"
  [ -d "$MYELIN_TEST_NODE_MODULES/kafkajs" ] && return
  echo "installing kafkajs"
  mkdir -p "$WORK/test-tools"
  npm install --silent --no-fund --no-audit --prefix "$WORK/test-tools" kafkajs@2.2.4 >>"$WORK/test-tools.log" 2>&1 ||
    fail "could not install kafkajs; see $WORK/test-tools.log"
}

# Adds up Surefire's reports; the last line says it in a form that scripts read.
summarize() {
  find "$ROOT" -path '*/target/surefire-reports/TEST-*.xml' -newer "$WORK/test-start" -exec grep -h -m 1 '<testsuite ' {} + |
    awk '
      function attribute(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
      { tests += attribute("tests"); failed += attribute("failures") + attribute("errors"); skipped += attribute("skipped") }
      END { printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped }'
}

run_tests() {
  local result
  mkdir -p "$WORK"
  install_test_tools
  # The compatibility tests start bin/myelin up, which must find nothing left to build under the running Maven.
  ensure_app
  touch "$WORK/test-start"
  (cd "$ROOT" && exec "$MAVEN" -B -ntp --fail-at-end verify "$@")
  result=$?
  summarize
  exit "$result"
}

# Builds and runs Myelin itself. Sourced; needs common.sh and find_java.

# Measured in docs/decisions/0001: the least memory and the fastest start on a laptop.
JVM_FLAGS=(
  -Xms24m -Xmx256m -Xss512k
  -XX:+UseSerialGC
  -XX:+UseCompactObjectHeaders
  -XX:TieredStopAtLevel=1
  -XX:Tier3BackEdgeThreshold=2000
  -XX:ReservedCodeCacheSize=64m
  -XX:-UsePerfData
  -XX:+ExitOnOutOfMemoryError
  -XX:MaxDirectMemorySize=320m
  -Dio.netty.leakDetection.level=disabled
  -Xlog:disable -Xlog:all=error:stderr
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager
)
# A broker of a cluster runs for long and moves each batch through several connections: it gets the thorough compiler too.
SERVER_FLAGS="-XX:TieredStopAtLevel=4"
MAIN=io.myelin.standalone.app.Main
CLI_MAIN=io.myelin.cli.Main

app_home() {
  local id
  read -r id <"$WORK/app/current" && echo "$WORK/app/$id"
}

# Whether a source that goes into the build is newer than the build; folders too, since they notice deletions.
sources_changed() {
  [ -f "$WORK/app/stamp" ] || return 0
  local changed=
  read -r changed < <(find "$ROOT/pom.xml" "$ROOT/.mvn" "$ROOT/libs" "$ROOT/services" "$ROOT/cli" \
    \( -name target -o -path '*/src/test' \) -prune -o \
    \( -path '*/src/main*' -o -name pom.xml -o -path '*/.mvn/*' \) -newer "$WORK/app/stamp" -print 2>/dev/null)
  [ -n "$changed" ]
}

ensure_app() {
  if sources_changed; then
    lock
    # Whoever held the lock may have built just this.
    sources_changed && build_app
    unlock
  fi
  APP=$(app_home) || fail "the build left nothing to run; see $WORK/build.log"
  ensure_cache
}

build_app() {
  local label="building" modules="services/standalone" id
  [ -f "$WORK/app/stamp" ] || label="building (first run)"
  [ -f "$ROOT/cli/pom.xml" ] && modules="$modules,cli"
  mkdir -p "$WORK/app"
  # Taken before the build: what changes meanwhile is newer.
  touch "$WORK/app/stamp.new"
  build "$label" "$WORK/build.log" package -pl "$modules" -am -DskipTests
  id=$(date +%Y%m%d-%H%M%S)-$$
  mkdir "$WORK/app/$id" || exit 1
  cp -R "$ROOT/services/standalone/target/myelin.jar" "$ROOT/services/standalone/target/lib" "$WORK/app/$id/" || exit 1
  if [ -d "$ROOT/cli/target/lib" ]; then
    mkdir "$WORK/app/$id/cli"
    cp -R "$ROOT"/cli/target/lib/. "$ROOT"/cli/target/myelin-cli-*.jar "$WORK/app/$id/cli/" || exit 1
  fi
  echo "$id" >"$WORK/app/current.new"
  mv -f "$WORK/app/current.new" "$WORK/app/current"
  mv -f "$WORK/app/stamp.new" "$WORK/app/stamp"
  drop_old_builds "$id"
}

# Keeps the build before this one: a process that still runs it may yet have to open its jars.
drop_old_builds() {
  local build previous=
  for build in "$WORK"/app/*-*/; do
    build="${build%/}"
    [ "${build##*/}" = "$1" ] && continue
    [ -n "$previous" ] && rm -rf "$previous"
    previous="$build"
  done
}

# The ahead-of-time cache: made once per build, JDK and flags, by a short run of the real thing; without one it only
# starts slower. `failed` keeps us from trying again at every start.
ensure_cache() {
  CACHE="$APP/myelin.aot"
  local key="$JAVA_HOME $JDK_VERSION ${JVM_FLAGS[*]}" made=
  [ -f "$CACHE.key" ] && IFS= read -r made <"$CACHE.key"
  if [ "$made" != "$key" ]; then
    lock
    [ -t 2 ] && printf 'preparing a fast start (once)... ' >&2
    rm -f "$CACHE" "$CACHE.key"
    . "$ROOT/bin/lib/train.sh"
    train "$CACHE" >>"$WORK/build.log" 2>&1 || rm -f "$CACHE"
    printf '%s\n' "$key" >"$CACHE.key"
    [ -t 2 ] && printf '\r\033[K' >&2
    unlock
  fi
}

run_app() {
  local cache=()
  [ -f "${CACHE:-}" ] && cache=("-XX:AOTCache=$CACHE")
  [ -n "${APP:-}" ] || APP=$(app_home)
  # glibc keeps up to eight arenas per core for threads' native memory; two cost nothing that shows.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
  # shellcheck disable=SC2086 # several options in one variable are meant to be split
  exec "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" ${cache[@]+"${cache[@]}"} ${MYELIN_JAVA_OPTS:-} \
    "-Dmyelin.home=$ROOT" -cp "$APP/myelin.jar" "$MAIN" "$@"
}

run_metadata() {
  [ -n "${APP:-}" ] || APP=$(app_home)
  exec "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$APP/myelin.jar" io.myelin.standalone.MetadataTool "$@"
}

run_cli() {
  [ -d "$APP/cli" ] || fail "this checkout has no command line module, so '$1' is not there; Kafka's own tools are: bin/kafka-topics.sh"
  exec "$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
    -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$APP/cli/*" "$CLI_MAIN" "$@"
}

run_bench() {
  [ -f "$ROOT/benchmarks/pom.xml" ] || fail "this checkout has no benchmarks"
  build "building the benchmarks" "$WORK/bench-build.log" package -pl benchmarks -am -DskipTests
  local kind="${1:-}"
  [ $# -gt 0 ] && shift
  export MYELIN_HOME="$ROOT"
  case "$kind" in
    peer) exec "$JAVA_HOME/bin/java" -Xmx256m -cp "$ROOT/benchmarks/target/classes:$ROOT/benchmarks/target/lib/*" io.myelin.bench.Peer "$@" ;;
    jmh) exec "$JAVA_HOME/bin/java" -cp "$ROOT/benchmarks/target/classes:$ROOT/benchmarks/target/lib/*" org.openjdk.jmh.Main "$@" ;;
    # As a controller runs, but with the heap that a large cluster takes, and a collector whose pauses its lease outlives.
    controller) exec "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" -XX:-UseSerialGC -XX:+UseG1GC -Xms3g -Xmx6g -Djava.util.logging.manager=java.util.logging.LogManager -cp "$ROOT/benchmarks/target/classes:$ROOT/benchmarks/target/lib/*" io.myelin.bench.scale.ControllerScale "$@" ;;
    *) fail "bench what? 'bench peer' runs Myelin beside Apache Kafka, 'bench controller' a controller with a large cluster, 'bench jmh' the micro-benchmarks" ;;
  esac
}

run_system() {
  [ -f "$ROOT/tests/system/pom.xml" ] || fail "this checkout has no system tests"
  build "building the system tests" "$WORK/system-build.log" package -pl tests/system -am -DskipTests
  exec "$JAVA_HOME/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    "-Dmyelin.home=$ROOT" -cp "$ROOT/tests/system/target/classes:$ROOT/tests/system/target/lib/*" io.myelin.system.Main "$@"
}

run_sim() {
  [ -f "$ROOT/tests/simulation/pom.xml" ] || fail "this checkout has no simulator"
  build "building the simulator" "$WORK/sim-build.log" package -pl tests/simulation -am -DskipTests
  # Injected faults make brokers and controllers complain, rightly: thousands of lines.
  exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    "-Djava.util.logging.config.file=$ROOT/tests/simulation/src/main/resources/logging.properties" \
    -cp "$ROOT/tests/simulation/target/classes:$ROOT/tests/simulation/target/lib/*" \
    io.myelin.simulation.cluster.SimCommand "$@"
}

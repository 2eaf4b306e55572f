# What the scripts in bin/ share: where Java and Maven are, and running Maven quietly. Sourced; needs ROOT and WORK.

fail() {
  echo "myelin: $*" >&2
  exit 1
}

# Sets JAVA_HOME to a JDK 25 or later and JDK_VERSION to its version. Reads the JDKs' release files: starting a JVM to
# ask for its version would cost more than starting Myelin's own class loading.
find_java() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if is_jdk "$home"; then
      export JAVA_HOME="$home"
      return
    fi
  done
  cat >&2 <<'X'
myelin: no JDK 25 or later was found (looked at JAVA_HOME and the system's JVM folders).
  Debian, Ubuntu:  apt-get install openjdk-25-jdk-headless   (or Eclipse Temurin 25)
  Fedora:          dnf install java-25-openjdk-devel
  macOS:           brew install openjdk@25
  elsewhere:       install a JDK 25 and set JAVA_HOME to its folder
X
  exit 1
}

is_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local line major
  while IFS= read -r line; do
    case "$line" in
      JAVA_VERSION=*)
        JDK_VERSION="${line#*\"}"
        JDK_VERSION="${JDK_VERSION%%\"*}"
        major="${JDK_VERSION%%[.+-]*}"
        [ "$major" -ge 25 ] 2>/dev/null
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

find_maven() {
  MAVEN=$(command -v mvn) && return
  cat >&2 <<'X'
myelin: Maven (3.8.7 or later) builds Myelin, and was not found.
  Debian, Ubuntu:  apt-get install maven
  Fedora:          dnf install maven
  macOS:           brew install maven
X
  exit 1
}

# build LABEL LOG MAVEN_ARGUMENTS...: one line that counts seconds on a terminal; the end of the log when it fails.
build() {
  local label="$1" log="$2" pid seconds=0
  shift 2
  find_maven
  mkdir -p "${log%/*}"
  (cd "$ROOT" && exec "$MAVEN" -B "$@") >"$log" 2>&1 </dev/null &
  pid=$!
  # Maven shares this terminal's Ctrl-C, but a kill of this script alone must not leave it behind.
  trap 'kill "$pid" 2>/dev/null; unlock; exit 130' INT TERM HUP
  [ -t 2 ] || echo "$label..." >&2
  while kill -0 "$pid" 2>/dev/null; do
    [ -t 2 ] && printf '\r%s, %d s... ' "$label" "$seconds" >&2
    sleep 1
    seconds=$((seconds + 1))
  done
  [ -t 2 ] && printf '\r\033[K' >&2
  trap - INT TERM HUP
  if ! wait "$pid"; then
    unlock
    echo "myelin: the build failed; the end of $log:" >&2
    grep -E '^\[(ERROR|FATAL)' "$log" | head -n 30 >&2
    exit 1
  fi
}

# One build at a time: a second terminal waits for the first one's result. A lock whose owner is gone is taken over.
lock() {
  local owner
  mkdir -p "$WORK"
  while ! mkdir "$WORK/lock" 2>/dev/null; do
    owner=$(cat "$WORK/lock/pid" 2>/dev/null)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$WORK/lock"
    else
      sleep 0.2
    fi
  done
  echo $$ >"$WORK/lock/pid"
}

unlock() {
  rm -rf "$WORK/lock"
}

# A container engine, and images made of what is on this machine: nothing is pulled. Sourced; needs app.sh, common.sh
# and find_java.
#
# Images:
#   myelin:local        a Java runtime and the build; a controller or a broker, as MYELIN_CONF_MYELIN_ROLE says
#   myelin-etcd:local   this machine's etcd

# prepare_containers: an engine that answers at DOCKER_HOST, or at Docker's own address, with the images. Where there
# can be no engine, returns 1, and NO_CONTAINERS says why.
prepare_containers() {
  if [ "$(uname -s)" != Linux ]; then
    NO_CONTAINERS="they reach containers by their addresses, which needs Linux"
    return 1
  fi
  ensure_engine || return 1
  make_images >"$WORK/images.log" 2>&1 || fail "the images of the containers could not be made; see $WORK/images.log"
}

ensure_engine() {
  engine_answers && return
  command -v docker >/dev/null && command -v dockerd >/dev/null || install_engine || return 1
  # Where there is systemd, the package starts it.
  engine_answers && return
  if [ "$(id -u)" != 0 ]; then
    NO_CONTAINERS="no container engine answers, and only root may start dockerd"
    return 1
  fi
  start_engine
}

engine_answers() {
  command -v docker >/dev/null && docker info >/dev/null 2>&1
}

install_engine() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    NO_CONTAINERS="no container engine is installed here (Debian, Ubuntu: sudo apt-get install docker.io)"
    return 1
  fi
  echo "installing docker.io"
  {
    apt-get -q update && apt_install docker.io &&
      # Debian 13 and later have the client in a package of its own.
      { command -v docker >/dev/null || apt_install docker-cli; }
  } >>"$WORK/test-tools.log" 2>&1 </dev/null && return
  NO_CONTAINERS="docker.io could not be installed; see $WORK/test-tools.log"
  return 1
}

apt_install() { DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"; }

# One of our own, with everything in a folder that goes with it. It leaves this machine's firewall and routes alone. Its
# networks are of a range that no real network has (RFC 2544).
start_engine() {
  local i
  # A short path: those of sockets end at 108 characters.
  ENGINE=$(mktemp -d /tmp/myelin-engine.XXXXXX) || exit 1
  trap stop_engine EXIT
  echo '{}' >"$ENGINE/daemon.json"
  dockerd --config-file "$ENGINE/daemon.json" --data-root "$ENGINE/data" --exec-root "$ENGINE/run" \
    --pidfile "$ENGINE/pid" --host "unix://$ENGINE/socket" --bridge none \
    --default-address-pool base=198.18.0.0/15,size=24 \
    --iptables=false --ip6tables=false --ip-forward=false >"$WORK/engine.log" 2>&1 </dev/null &
  ENGINE_PID=$!
  export DOCKER_HOST="unix://$ENGINE/socket"
  for i in $(seq 1 300); do
    engine_answers && return
    kill -0 "$ENGINE_PID" 2>/dev/null || break
    sleep 0.1
  done
  NO_CONTAINERS="dockerd does not start here: $(tail -n 1 "$WORK/engine.log")"
  return 1
}

stop_engine() {
  kill -TERM "$ENGINE_PID" 2>/dev/null
  wait "$ENGINE_PID" 2>/dev/null
  rm -rf --one-file-system "$ENGINE"
}

make_images() {
  local root="$WORK/images"
  rm -rf "$root"
  mkdir -p "$root/myelin/opt/myelin" "$root/etcd" && make_java &&
    cp -R "$WORK/java" "$root/myelin/opt/java" &&
    cp -R "$APP/myelin.jar" "$APP/lib" "$root/myelin/opt/myelin/" &&
    copy_libraries "$root/myelin" "$WORK/java/bin/java" "$WORK/java/lib/server/libjvm.so" &&
    import_image "$root/myelin" myelin:local \
      /opt/java/bin/java "${JVM_FLAGS[@]}" -cp /opt/myelin/myelin.jar "$MAIN" &&
    cp "$(command -v etcd)" "$root/etcd/" &&
    copy_libraries "$root/etcd" "$(command -v etcd)" &&
    import_image "$root/etcd" myelin-etcd:local /etcd &&
    rm -rf "$root"
}

# A runtime of the modules that a server may need; made once per JDK.
make_java() {
  local made=
  [ -f "$WORK/java/made-of" ] && IFS= read -r made <"$WORK/java/made-of"
  [ "$made" = "$JAVA_HOME $JDK_VERSION" ] && return
  rm -rf "$WORK/java"
  "$JAVA_HOME/bin/jlink" --output "$WORK/java" --no-header-files --no-man-pages \
    --add-modules java.se,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs &&
    echo "$JAVA_HOME $JDK_VERSION" >"$WORK/java/made-of"
}

# copy_libraries ROOT PROGRAM...: the shared libraries of this machine that the programs need, at their own paths.
copy_libraries() {
  local root="$1"
  shift
  # shellcheck disable=SC2046 # a list of files is meant to be split
  cp -L --parents $(ldd "$@" | awk '$1 ~ /^\// && NF > 1 { print $1 } $3 ~ /^\/(usr\/)?lib/ { print $3 }' | sort -u) "$root"
}

# import_image ROOT NAME WORD...: the words are what its containers run.
import_image() {
  local root="$1" name="$2" words
  shift 2
  words=$(printf ',"%s"' "$@")
  mkdir -p "$root/etc" && mkdir -m 1777 "$root/tmp" && echo 'root:x:0:0:root:/:' >"$root/etc/passwd" &&
    tar -C "$root" --owner=0 --group=0 --numeric-owner -c . |
    docker import --change "ENTRYPOINT [${words#,}]" - "$name" >/dev/null
}

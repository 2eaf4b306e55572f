# A local cluster of separate processes. Sourced; needs app.sh, common.sh and find_java.
#
# What it keeps below --dir DIR:
#   conf/NAME.properties   settings of a controller or broker; conf/etcd-N.args: an etcd's arguments;
#                          conf/flags: what they were made from
#   pids/NAME.pid          process ids; pids/NAME.start: when each began, as the system has it
#   logs/NAME.log          what each process prints
#   NAME/                  its data

cluster_usage() {
  cat <<'X'
A local cluster of separate processes: etcd, controllers, brokers.

  bin/myelin cluster up --dir DIR [--brokers 3] [--controllers 3] [--etcd-members 1 | --etcd HOST:PORT,...]
                        [--kafka-base-port 9092] [--grpc-base-port 9194] [--http-base-port 8080]
                        [--etcd-base-port 2379] [--etcd-prefix /myelin/]
                              start it here, in the foreground; Ctrl-C stops all of it
  bin/myelin cluster configure --dir DIR [the same]
                              only write the settings that 'up' will start with, to DIR/conf, where they stay:
                              other flags are refused from then on
                              an etcd named with --etcd may hold other clusters, too: each gets a prefix
                              of its own for its keys, unless --etcd-prefix says which
  bin/myelin cluster down   --dir DIR         stop all of it
  bin/myelin cluster start  NAME --dir DIR    start one process: broker-2, controller-1, etcd-1
  bin/myelin cluster stop   NAME --dir DIR    stop one in order
  bin/myelin cluster status --dir DIR         what runs
X
}

run_cluster() {
  local action="${1:-help}" name=
  [ $# -gt 0 ] && shift
  DIR='' BROKERS=3 CONTROLLERS=3 ETCD_MEMBERS=1 ETCD='' ETCD_PREFIX='' STARTED='' HELD='' SIGNAL='' GIVEN=()
  KAFKA_BASE=9092 GRPC_BASE=9194 HTTP_BASE=8080 ETCD_BASE=2379
  while [ $# -gt 0 ]; do
    case "$1" in
      --help) action=help && break ;;
      --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    esac
    case "$1" in
      --*) [ $# -gt 1 ] || fail "$1 needs a value after it" ;;
    esac
    case "$1" in
      --dir) DIR="$2" ;;
      --brokers) BROKERS="$2" ;;
      --controllers) CONTROLLERS="$2" ;;
      --etcd) ETCD="$2" ;;
      --etcd-prefix) ETCD_PREFIX="$2" ;;
      --etcd-members) ETCD_MEMBERS="$2" ;;
      --kafka-base-port) KAFKA_BASE="$2" ;;
      --grpc-base-port) GRPC_BASE="$2" ;;
      --http-base-port) HTTP_BASE="$2" ;;
      --etcd-base-port) ETCD_BASE="$2" ;;
      --*) fail "there is no flag $1; bin/myelin cluster --help lists them" ;;
      *)
        name="$1"
        shift
        continue
        ;;
    esac
    [ "$1" = --dir ] || GIVEN+=("$1=$2")
    shift 2
  done
  case "$action" in
    up | configure | down | start | stop | status)
      [ -n "$DIR" ] || fail "cluster $action needs --dir DIR: where the cluster's data, logs and process ids are"
      ;;
  esac
  case "$action" in
    help | --help) cluster_usage ;;
    up) cluster_up ;;
    configure) make_cluster ;;
    down) enter_cluster && cluster_down ;;
    start) cluster_start "$name" ;;
    stop) enter_cluster && known_process "$name" && stop_processes "$name" ;;
    status) enter_cluster && cluster_status ;;
    *) fail "there is no 'cluster $action'; bin/myelin cluster --help lists what there is" ;;
  esac
}

cluster_up() {
  local name
  ensure_app
  make_cluster
  for name in $(processes); do
    is_running "$name" && fail "$name of $DIR runs already (process $(pid_of "$name")); 'cluster down --dir $DIR' stops it"
  done
  trap 'signalled 130' INT
  trap 'signalled 143' TERM HUP
  # Whatever ends us from here on, nothing stays behind. Another Ctrl-C meanwhile changes nothing.
  trap 'trap "" INT TERM HUP; cluster_down' EXIT
  start_all etcd
  start_all controller
  start_all broker
  echo "Myelin is ready: Kafka clients on $(bootstrap), data and logs in $DIR"
  # 'cluster down' in another terminal ends this one too.
  while any_running; do
    sleep 2 &
    wait $!
  done
  trap - EXIT
}

# What was just started is written down before we end: nobody else would stop it.
signalled() {
  SIGNAL=$1
  [ -n "$HELD" ] || exit "$SIGNAL"
}

# Settings that are there stay as they are: somebody may have changed them. They are whole: the folder gets its name last.
make_cluster() {
  mkdir -p "$DIR/pids" "$DIR/logs" && DIR=$(cd -P "$DIR" && pwd) || fail "cannot create $DIR"
  if [ -d "$DIR/conf" ]; then
    refuse_other_flags
  else
    NEW_CONF="$DIR/conf.new"
    rm -rf "$NEW_CONF"
    mkdir "$NEW_CONF" && configure_cluster && mv "$NEW_CONF" "$DIR/conf" || fail "cannot write the cluster's settings to $NEW_CONF"
  fi
}

refuse_other_flags() {
  local flag was others=''
  # An older directory has none: nobody knows.
  [ -f "$DIR/conf/flags" ] || return 0
  for flag in ${GIVEN[@]+"${GIVEN[@]}"}; do
    was=$(grep -e "^${flag%%=*}=" "$DIR/conf/flags")
    [ "$was" = "$flag" ] || others="$others; ${flag%%=*}: '${was#*=}' there, '${flag#*=}' asked for"
  done
  [ -z "$others" ] || fail "$DIR is configured otherwise already$others
  Leave out what differs, take another --dir, or change the files in $DIR/conf by hand while the cluster is down."
}

any_running() {
  local name
  for name in $(processes); do is_running "$name" && return; done
  return 1
}

cluster_start() {
  enter_cluster
  known_process "$1"
  ensure_app
  start_process "$1"
  await_ready "$1" && echo "$1 is ready (process $(pid_of "$1"))"
}

cluster_down() {
  # shellcheck disable=SC2046 # a list of names is meant to be split
  {
    stop_processes $(processes broker)
    stop_processes $(processes controller)
    stop_processes $(processes etcd)
  }
}

cluster_status() {
  local name
  for name in $(processes); do
    if is_running "$name"; then
      printf '%-14s running  process %s\n' "$name" "$(pid_of "$name")"
    else
      printf '%-14s stopped\n' "$name"
    fi
  done
}

enter_cluster() {
  DIR=$(cd -P "$DIR" 2>/dev/null && pwd) && [ -d "$DIR/conf" ] || fail "there is no cluster in that directory; 'cluster up --dir DIR' makes one"
}

configure_cluster() {
  local i endpoints="$ETCD" initial='' controllers=''
  if [ -z "$ETCD" ]; then
    for i in $(seq 1 "$ETCD_MEMBERS"); do
      endpoints="$endpoints${endpoints:+,}127.0.0.1:$((ETCD_BASE + 2 * (i - 1)))"
      initial="$initial${initial:+,}etcd-$i=http://127.0.0.1:$((ETCD_BASE + 2 * (i - 1) + 1))"
    done
    for i in $(seq 1 "$ETCD_MEMBERS"); do configure_etcd "$i" "$initial" || return; done
  elif [ -z "$ETCD_PREFIX" ]; then
    # Not the directory's name alone: one that is made anew must not find what the former one left in etcd.
    ETCD_PREFIX="/myelin/$(basename "$DIR")-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')/"
  fi
  ETCD_PREFIX="${ETCD_PREFIX:-/myelin/}"
  for i in $(seq 1 "$CONTROLLERS"); do
    controllers="$controllers${controllers:+,}127.0.0.1:$((GRPC_BASE + 50 + i - 1))"
    configure_controller "$i" "$endpoints" || return
  done
  for i in $(seq 1 "$BROKERS"); do configure_broker "$i" "$controllers" || return; done
  given_flags >"$NEW_CONF/flags"
}

# What the settings are made from; those that were not given, too.
given_flags() {
  printf '%s\n' --brokers="$BROKERS" --controllers="$CONTROLLERS" --etcd-members="$ETCD_MEMBERS" --etcd="$ETCD" \
    --etcd-prefix="$ETCD_PREFIX" --kafka-base-port="$KAFKA_BASE" --grpc-base-port="$GRPC_BASE" \
    --http-base-port="$HTTP_BASE" --etcd-base-port="$ETCD_BASE"
}

configure_controller() {
  cat >"$NEW_CONF/controller-$1.properties" <<X
myelin.role=controller
node.id=$1
log.dirs=$DIR/controller-$1
myelin.grpc.listener=127.0.0.1:$((GRPC_BASE + 50 + $1 - 1))
myelin.http.listener=127.0.0.1:$((HTTP_BASE + 50 + $1 - 1))
myelin.etcd.endpoints=$2
myelin.etcd.prefix=$ETCD_PREFIX
$(few_brokers)
X
}

configure_broker() {
  local kafka="PLAINTEXT://127.0.0.1:$((KAFKA_BASE + $1 - 1))"
  cat >"$NEW_CONF/broker-$1.properties" <<X
myelin.role=broker
node.id=$1
log.dirs=$DIR/broker-$1
listeners=$kafka
advertised.listeners=$kafka
myelin.grpc.listener=127.0.0.1:$((GRPC_BASE + $1 - 1))
myelin.http.listener=127.0.0.1:$((HTTP_BASE + $1 - 1))
myelin.controllers=$2
$(few_brokers)
X
}

# With one or two brokers there is no room for three replicas.
few_brokers() {
  [ "$BROKERS" -ge 3 ] && return
  printf '%s\n' "default.replication.factor=$BROKERS" "offsets.topic.replication.factor=$BROKERS" \
    "min.insync.replicas=1"
}

configure_etcd() {
  local client="http://127.0.0.1:$((ETCD_BASE + 2 * ($1 - 1)))" peer="http://127.0.0.1:$((ETCD_BASE + 2 * ($1 - 1) + 1))"
  printf '%s\n' --name "etcd-$1" --data-dir "$DIR/etcd-$1" \
    --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
    --initial-cluster "$2" --initial-cluster-token myelin \
    --auto-compaction-mode periodic --auto-compaction-retention 1h --logger zap >"$NEW_CONF/etcd-$1.args"
}

# processes [KIND]: names of those that were configured, in the order of their start.
processes() {
  local kind file
  for kind in ${1:-etcd controller broker}; do
    for file in "$DIR/conf/$kind"-*; do
      [ -e "$file" ] && file="${file##*/}" && echo "${file%.*}"
    done
  done
}

known_process() {
  [ -n "$1" ] || fail "name a process: $(processes | tr '\n' ' ')"
  processes | grep -qx "$1" || fail "there is no $1 in $DIR; there are: $(processes | tr '\n' ' ')"
}

bootstrap() {
  local name
  for name in $(processes broker); do
    sed -n 's/^advertised.listeners=.*:\/\///p' "$DIR/conf/$name.properties"
  done | paste -sd, -
}

pid_of() { cat "$DIR/pids/$1.pid" 2>/dev/null; }

# An id is given again, to whatever comes, at the latest after a reboot: the process is ours if it began when ours did.
is_running() {
  local pid start
  pid=$(pid_of "$1") && [ -n "$pid" ] && start=$(start_of "$pid") && [ -n "$start" ] &&
    [ "$start" = "$(cat "$DIR/pids/$1.start" 2>/dev/null)" ]
}

# start_of PID: when the process began, to be compared only; nothing of one that has ended.
start_of() {
  local stat fields
  if [ -r /proc/self/stat ]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return
    # What follows the command's name, which may hold spaces and parentheses: the 3rd field is the state, the 22nd the start.
    read -ra fields <<<"${stat##*) }"
    [ "${fields[0]}" != Z ] && echo "${fields[19]}"
  else
    LC_ALL=C TZ=UTC ps -o lstart= -p "$1"
  fi
}

start_all() {
  local name
  for name in $(processes "$1"); do start_process "$name"; done
  STARTED="$STARTED $(processes "$1" | tr '\n' ' ')"
  for name in $(processes "$1"); do
    await_ready "$name" || exit 1
  done
}

# In a process group of its own: a terminal's Ctrl-C reaches us alone, and we stop all of them in order.
start_process() {
  local args=() line
  is_running "$1" && fail "$1 runs already (process $(pid_of "$1"))"
  case "$1" in etcd-*) check_etcd "$1" ;; esac
  HELD=1
  set -m
  case "$1" in
    etcd-*)
      while IFS= read -r line; do args+=("$line"); done <"$DIR/conf/$1.args"
      etcd "${args[@]}" >>"$DIR/logs/$1.log" 2>&1 </dev/null &
      ;;
    broker-*)
      (MYELIN_JAVA_OPTS="$SERVER_FLAGS ${MYELIN_JAVA_OPTS:-}" run_app --config "$DIR/conf/$1.properties") \
        >>"$DIR/logs/$1.log" 2>&1 </dev/null &
      ;;
    *) (run_app --config "$DIR/conf/$1.properties") >>"$DIR/logs/$1.log" 2>&1 </dev/null & ;;
  esac
  disown $!
  set +m
  start_of $! >"$DIR/pids/$1.start"
  echo $! >"$DIR/pids/$1.pid"
  HELD=''
  [ -z "$SIGNAL" ] || exit "$SIGNAL"
}

# Until an etcd notices that its port is taken, somebody else answers there in its place.
check_etcd() {
  local port
  command -v etcd >/dev/null || fail "etcd is not installed: apt-get install etcd-server, or name a running one with --etcd HOST:PORT"
  for port in $(ports_of_etcd "$1"); do
    is_taken "$port" && fail "port $port, where $1 is to listen, is taken by another process: stop that one, or configure another --dir with another --etcd-base-port; an etcd that runs can be used with --etcd"
  done
}

# Of clients, then of members.
ports_of_etcd() { sed -n '/^--listen-.*-urls$/{n;s/.*://p;}' "$DIR/conf/$1.args"; }

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Waits until a process serves; says why when it does not. What it needs may have ended before it.
await_ready() {
  local i name
  for i in $(seq 1 600); do
    serves "$1" && is_running "$1" && return
    for name in $1 $([ $((i % 10)) = 0 ] && echo "$STARTED"); do
      is_running "$name" && continue
      echo "myelin: $name ended; the end of $DIR/logs/$name.log:" >&2
      tail -n 5 "$DIR/logs/$name.log" >&2
      return 1
    done
    sleep 0.1
  done
  echo "myelin: $1 was not ready after a minute; see $DIR/logs/$1.log" >&2
  return 1
}

# A log is appended to at each start: the line must be of this process.
serves() {
  case "$1" in
    etcd-*) is_taken "$(ports_of_etcd "$1" | head -n 1)" ;;
    *) tail -n 200 "$DIR/logs/$1.log" 2>/dev/null | grep -q "^Myelin is ready.* process $(pid_of "$1")\b" ;;
  esac
}

# stop_processes NAME...: asks all of them to stop in order, and waits; kills what does not.
stop_processes() {
  local name i
  for name in "$@"; do is_running "$name" && kill -TERM "$(pid_of "$name")" 2>/dev/null; done
  for name in "$@"; do
    for i in $(seq 1 300); do
      is_running "$name" || break
      sleep 0.1
    done
    if is_running "$name"; then
      echo "myelin: $name did not stop within 30 s and is killed; its next start recovers" >&2
      kill -KILL "$(pid_of "$name")" 2>/dev/null
    fi
    rm -f "$DIR/pids/$name.pid" "$DIR/pids/$name.start"
  done
}

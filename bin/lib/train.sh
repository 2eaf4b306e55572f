# Makes the ahead-of-time cache. Sourced by app.sh.

# train FILE: starts Myelin on free ports and a directory of its own, sends a few records through it where a command
# line client is there to do so, stops it, and leaves the cache in FILE. The JVM writes it when it ends.
train() {
  local folder="$WORK/training.$$" pid bootstrap= line result=1 i
  rm -rf "$folder"
  mkdir -p "$folder"
  "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" "-XX:AOTCacheOutput=$1" -cp "$APP/myelin.jar" "$MAIN" \
    --data-dir "$folder/data" --kafka localhost:0 --http localhost:0 >"$folder/out" 2>&1 </dev/null &
  pid=$!
  for i in $(seq 1 300); do
    while IFS= read -r line; do
      case "$line" in "Myelin is ready"*)
        bootstrap="${line#*localhost:}"
        bootstrap="localhost:${bootstrap%%[!0-9]*}"
        ;;
      esac
    done <"$folder/out"
    [ -n "$bootstrap" ] && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  if [ -n "$bootstrap" ]; then
    [ -d "$APP/cli" ] && exercise "$bootstrap" "$folder"
    kill -TERM "$pid"
    wait "$pid"
    [ -s "$1" ] && result=0
  fi
  cat "$folder/out"
  rm -rf "$folder"
  return "$result"
}

exercise() {
  local records="$2/records" i
  for i in $(seq 1 2000); do echo "key-$i:a record of the training run, number $i"; done >"$records"
  (run_cli topics create training --partitions 2 --bootstrap "$1")
  (run_cli produce training --bootstrap "$1" <"$records")
  (run_cli consume training --from-beginning --count 2000 --group training --bootstrap "$1") | tail -n 1
}

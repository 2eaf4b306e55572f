#!/usr/bin/env bash
# Runs a class of Apache Kafka's own tools: kafka-run-class.sh CLASS ARGUMENTS... The jars come through Maven on first use.
# KAFKA_HEAP_OPTS, KAFKA_OPTS and KAFKA_LOG4J_OPTS mean what they mean to Kafka's own scripts.

CALLED_FROM="$PWD"
cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && ROOT="$PWD" && cd "$CALLED_FROM" || exit 1
WORK="$ROOT/.myelin"
TOOLS="$WORK/kafka-tools"

. "$ROOT/bin/lib/common.sh"
find_java

tools_changed() {
  [ ! -f "$TOOLS/tools.jar" ] || [ "$ROOT/tools/kafka/pom.xml" -nt "$TOOLS/tools.jar" ]
}

# One jar that lists the others, in a fixed order: the class data archive holds for exactly one class path.
install_tools() {
  local jar
  rm -rf "$TOOLS"
  mkdir -p "$TOOLS"
  build "fetching Apache Kafka's tools (once)" "$WORK/kafka-tools.log" \
    package -f tools/kafka/pom.xml "-Dkafka.tools.lib=$TOOLS/lib"
  {
    printf 'Class-Path:'
    for jar in "$TOOLS"/lib/*.jar; do printf ' \n  lib/%s' "${jar##*/}"; done
    echo
  } >"$TOOLS/manifest"
  "$JAVA_HOME/bin/jar" --create --file "$TOOLS/tools.jar.new" --manifest "$TOOLS/manifest" || exit 1
  mv "$TOOLS/tools.jar.new" "$TOOLS/tools.jar"
}

# What the tools load in common, mapped instead of parsed: their start is most of what they do. Each is tried against a
# port where nobody answers; its client is loaded before it gives up.
archive_classes() {
  local list="$TOOLS/classes" nobody=localhost:1 tool i=0
  [ -t 2 ] && printf 'preparing a fast start of the tools (once)... ' >&2
  printf 'request.timeout.ms=500\ndefault.api.timeout.ms=500\n' >"$TOOLS/impatient.properties"
  local patience="--command-config $TOOLS/impatient.properties"
  for tool in \
    "org.apache.kafka.tools.TopicCommand --list --bootstrap-server $nobody $patience" \
    "kafka.admin.ConfigCommand --describe --entity-type brokers --bootstrap-server $nobody $patience" \
    "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --list --timeout 500 --bootstrap-server $nobody $patience" \
    "org.apache.kafka.tools.ConsoleProducer --topic t --bootstrap-server $nobody" \
    "org.apache.kafka.tools.consumer.ConsoleConsumer --topic t --group g --timeout-ms 500 --bootstrap-server $nobody"; do
    i=$((i + 1))
    # shellcheck disable=SC2086 # a command line is meant to be split
    "$JAVA_HOME/bin/java" "${FLAGS[@]}" "-XX:DumpLoadedClassList=$list.$i" -cp "$TOOLS/tools.jar" $tool </dev/null >/dev/null 2>&1 &
  done
  wait
  # Each list numbers its classes on its own; a merged one must not number them at all.
  awk '!/source:/ { sub(/ id: .*/, "") } !/source:/ && !seen[$0]++' "$list".[0-9] >"$list"
  "$JAVA_HOME/bin/java" "${FLAGS[@]}" -Xshare:dump "-XX:SharedClassListFile=$list" "-XX:SharedArchiveFile=$TOOLS/classes.jsa" \
    -cp "$TOOLS/tools.jar" >>"$WORK/kafka-tools.log" 2>&1
  rm -f "$list" "$list".[0-9] "$TOOLS/impatient.properties"
  [ -t 2 ] && printf '\r\033[K' >&2
  return 0
}

FLAGS=(
  -XX:+UseSerialGC -XX:-UsePerfData -XX:+UseCompactObjectHeaders
  -Xlog:disable -Xlog:all=error:stderr
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  "-Dlog4j2.configurationFile=$ROOT/tools/kafka/log4j2.properties"
)

# An archive is good for one class path and one JVM; any other is ignored, but made anew.
key="$JAVA_HOME $JDK_VERSION ${FLAGS[*]}"
made=
if tools_changed || { IFS= read -r made <"$TOOLS/key"; [ "$made" != "$key" ]; } 2>/dev/null; then
  lock
  # Whoever held the lock may have done just this.
  tools_changed && install_tools
  made=
  [ -f "$TOOLS/key" ] && IFS= read -r made <"$TOOLS/key"
  if [ "$made" != "$key" ]; then
    rm -f "$TOOLS/classes.jsa"
    archive_classes
    printf '%s\n' "$key" >"$TOOLS/key"
  fi
  unlock
fi
[ -f "$TOOLS/classes.jsa" ] && FLAGS+=("-XX:SharedArchiveFile=$TOOLS/classes.jsa")

class="${1:-}"
[ -n "$class" ] || fail "kafka-run-class.sh CLASS [ARGUMENTS]"
shift
case "$class" in
  # These run for long: they need the optimizing compiler and room for batches.
  *Performance | *Verifiable* | *EndToEndLatency) FLAGS+=(-Xmx512m) ;;
  *.Console*) FLAGS+=(-Xmx256m) ;;
  *) FLAGS+=(-Xmx256m -XX:TieredStopAtLevel=1) ;;
esac
# shellcheck disable=SC2086 # several options in one variable are meant to be split
exec "$JAVA_HOME/bin/java" "${FLAGS[@]}" ${KAFKA_HEAP_OPTS:-} ${KAFKA_LOG4J_OPTS:-} ${KAFKA_OPTS:-} -cp "$TOOLS/tools.jar" "$class" "$@"

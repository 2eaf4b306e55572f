package io.myelin.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is on this machine.
 *
 * @param root the repository
 * @param java the {@code java} of the JDK that runs us, used for every process that we start
 * @param kafkaJars Apache Kafka's jars, broker and tools
 * @param archives class data sharing archives of the tools, kept between runs
 */
record Installation(Path root, Path java, Path kafkaJars, Path archives) {

  /**
   * JVM flags that Kafka's own scripts give to everything they start, garbage collection log
   * excepted.
   */
  static final List<String> KAFKA_JVM_FLAGS =
      List.of(
          "-server",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35",
          "-XX:+ExplicitGCInvokesConcurrent",
          "-Djava.awt.headless=true");

  static Installation find(Path root) {
    Path kafka = root.resolve("benchmarks/target/kafka");
    if (!Files.isDirectory(kafka)) {
      throw new IllegalStateException(
          "Apache Kafka's jars are not in " + kafka + ": run bin/myelin build");
    }
    return new Installation(
        root,
        Path.of(System.getProperty("java.home"), "bin", "java"),
        kafka,
        root.resolve("benchmarks/target/archives"));
  }

  /** Which build of Myelin the launcher starts; it makes one when there is none. */
  String build() throws IOException {
    Path current = root.resolve(".myelin/app/current");
    return Files.exists(current) ? Files.readString(current).strip() : "none";
  }

  Path launcher() {
    return root.resolve("bin/myelin");
  }
}

package io.myelin.bench.micro;

import io.myelin.env.Environment;
import io.myelin.env.jdk.JdkEnvironment;
import io.myelin.log.LogConfig;
import io.myelin.log.LogDirectory;
import io.myelin.log.LogDirectorySettings;
import io.myelin.log.PartitionLog;
import io.myelin.log.record.BatchValidator;
import io.myelin.log.record.ValidBatch;
import io.myelin.log.record.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A log in a directory of its own, which is gone when it is closed. */
final class BenchmarkLog implements AutoCloseable {
  private final Environment environment = JdkEnvironment.create();
  private final Path path;
  private final LogDirectory directory;
  private final PartitionLog log;

  BenchmarkLog() throws IOException {
    path = Files.createTempDirectory("myelin-log-");
    directory =
        LogDirectory.open(environment, path, LogDirectorySettings.of("4L6g3nShT-eMCtK--X86sw", 1));
    log = directory.open("measured", 0, UUID.randomUUID(), LogConfig.DEFAULT);
  }

  PartitionLog log() {
    return log;
  }

  /**
   * @param shape as of {@link Batches#of(String, String)}
   */
  static List<ValidBatch> batches(String shape, int count) {
    List<ValidBatch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Verdict verdict =
          BatchValidator.validate(Batches.of("none", shape), Batches.PRODUCE_RULES, Batches.NOW_MS);
      batches.add(((Verdict.Valid) verdict).batch());
    }
    return batches;
  }

  @Override
  public void close() throws IOException {
    directory.close();
    environment.close();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

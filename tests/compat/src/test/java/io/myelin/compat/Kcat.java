package io.myelin.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One partition's records as lines, through kcat. */
record Kcat(Path folder, MyelinProcess myelin) {

  /** Whether the line has been acknowledged. */
  boolean produced(String topic, String line) {
    return Command.run(
                folder,
                line + "\n",
                List.of(
                    "kcat",
                    "-P",
                    "-b",
                    myelin.bootstrap(),
                    "-t",
                    topic,
                    "-X",
                    "message.timeout.ms=3000",
                    "-X",
                    "acks=all"))
            .exitCode()
        == 0;
  }

  /** All lines, or those that {@code options} choose. */
  List<String> consumed(String topic, String... options) {
    List<String> words =
        new ArrayList<>(List.of("kcat", "-C", "-q", "-e", "-b", myelin.bootstrap(), "-t", topic));
    words.addAll(List.of(options));
    Command kcat = Command.run(folder, "", words);
    assertThat(kcat.exitCode()).as(kcat.output()).isZero();
    return kcat.output().lines().toList();
  }
}

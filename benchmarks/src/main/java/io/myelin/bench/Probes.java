package io.myelin.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Our own load programs, each run in a process of its own like Kafka's tools. */
final class Probes {
  private Probes() {}

  static String run(Lab lab, Class<?> main, Object... arguments)
      throws IOException, InterruptedException {
    return Subprocess.run(command(lab, main, arguments), Map.of())
        .requireSuccess(main.getSimpleName())
        .output();
  }

  static Process start(Lab lab, Class<?> main, Object... arguments) throws IOException {
    Process process =
        new ProcessBuilder(command(lab, main, arguments))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Cleanup.register(process);
    return process;
  }

  private static List<String> command(Lab lab, Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(lab.installation().java().toString());
    command.add("-Xmx512M");
    command.addAll(Installation.KAFKA_JVM_FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }
}

package io.myelin.system;

import io.myelin.system.history.HistoryChecker;
import io.myelin.system.history.HistoryFile;
import io.myelin.system.history.Report;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Checks the history of an earlier run again.")
final class CheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "HISTORY", description = "The file.")
  private Path history;

  @Option(
      names = "--target",
      defaultValue = "standalone",
      description = "What it was run on: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ClusterKind target;

  @Override
  public Integer call() {
    Report report = HistoryChecker.check(new HistoryFile(history), target.promises());
    System.out.println(report.text());
    return report.isClean() ? 0 : 1;
  }
}

package io.myelin.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.broker.config.ConfigRefusedException;
import io.myelin.env.DiskFullException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class StartFailureTest {
  private static String said(Exception failure) {
    return StartFailure.of(failure).getMessage();
  }

  @Test
  void whatIsMeantForAPersonIsSaidAsItIs() {
    assertThat(said(new IOException("/data is in use"))).isEqualTo("/data is in use");
    assertThat(said(new CompletionException(new ConfigRefusedException("node.id is x"))))
        .isEqualTo("node.id is x");
    assertThat(said(new StartException("do this"))).isEqualTo("do this");
  }

  @Test
  void aFullDiskIsNamedHoweverItWasPassedOn() {
    DiskFullException full = new DiskFullException("Cannot write to /data/x: no space left", null);

    assertThat(said(new IOException(full.getMessage(), new CompletionException(full))))
        .isEqualTo(
            "Cannot write to /data/x: no space left. Make room there, or choose another directory"
                + " with --data-dir, and start again");
  }

  @Test
  void aFileThatCannotBeUsedIsNotJustNamed() {
    assertThat(said(new AccessDeniedException("/data/metadata")))
        .startsWith("no permission for /data/metadata; give");
    assertThat(said(new NotDirectoryException("/data/metadata")))
        .startsWith("/data/metadata cannot be used (NotDirectoryException)")
        .contains("--data-dir");
  }

  @Test
  void anErrorThatNobodyExpectedSaysWhatToDoAllTheSame() {
    assertThat(said(new IllegalStateException("odd")))
        .contains("IllegalStateException: odd")
        .contains("Start again")
        .contains("report");
  }

  @Test
  void whatHasBegunIsEndedAndItsErrorsDoNotHideWhy() {
    IOException why = new IOException("/data is in use");
    CompletableFuture<Void> closed = new CompletableFuture<>();
    EmbeddedCluster begun =
        new EmbeddedCluster() {
          @Override
          public Endpoint start() {
            throw new IllegalStateException("nobody asks for it");
          }

          @Override
          public Health health() {
            return new Health(false, List.of());
          }

          @Override
          public CompletableFuture<String> ended() {
            return new CompletableFuture<>();
          }

          @Override
          public void close() {
            closed.complete(null);
            throw new IllegalStateException("not in order");
          }
        };

    assertThat(StartFailure.of(why, begun)).hasMessage("/data is in use");
    assertThat(closed).isCompleted();
    assertThat(why.getSuppressed()).hasSize(1);
  }
}

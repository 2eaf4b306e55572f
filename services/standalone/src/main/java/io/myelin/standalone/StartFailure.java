package io.myelin.standalone;

import io.myelin.broker.config.ConfigRefusedException;
import io.myelin.env.DiskFullException;
import io.myelin.metadata.MetadataFormatException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Makes of whatever ended a start the one line that a person gets. Stateless. */
final class StartFailure {
  private static final Logger log = Logger.getLogger(StartFailure.class);

  private static final String ELSEWHERE = "or choose another directory with --data-dir";

  private StartFailure() {}

  /** Ends what {@code begun} has begun, then says what went wrong and what to do. */
  static StartException of(Exception failure, EmbeddedCluster begun) {
    try {
      begun.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    return of(failure);
  }

  static StartException of(Exception failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof StartException refused
        ? refused
        : new StartException(message(cause), failure);
  }

  private static String message(Throwable cause) {
    if (isOfFullDisk(cause)) {
      return "%s. Make room there, %s, and start again".formatted(cause.getMessage(), ELSEWHERE);
    }
    if (cause instanceof AccessDeniedException denied) {
      return "no permission for %s; give this user the right to read and write there, %s"
          .formatted(denied.getFile(), ELSEWHERE);
    }
    if (cause instanceof FileSystemException file && file.getReason() == null) {
      // Its message is only the file's name.
      return "%s cannot be used (%s); see what is there, %s"
          .formatted(file.getFile(), file.getClass().getSimpleName(), ELSEWHERE);
    }
    if (isForAPerson(cause)) {
      return cause.getMessage();
    }
    log.error("The start failed for a reason that nobody expected", cause);
    return "the start failed (%s); what is stored was left as it is. Start again, and if that fails, too, report it with the lines above"
        .formatted(cause);
  }

  /** Whoever passed it on may have wrapped it. */
  private static boolean isOfFullDisk(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DiskFullException) {
        return true;
      }
    }
    return false;
  }

  private static boolean isForAPerson(Throwable cause) {
    return cause.getMessage() != null
        && (cause instanceof ConfigRefusedException
            || cause instanceof MetadataFormatException
            || cause instanceof IOException);
  }
}

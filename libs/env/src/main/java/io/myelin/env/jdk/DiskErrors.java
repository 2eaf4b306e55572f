package io.myelin.env.jdk;

import io.myelin.env.DiskFullException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.util.List;

/** Tells a full disk from a broken one. */
final class DiskErrors {
  /** ENOSPC and EDQUOT, as the C library says it in English. */
  private static final List<String> FULL =
      List.of("No space left on device", "Disk quota exceeded");

  private DiskErrors() {}

  /**
   * The JDK gives no error code, only the C library's message, which may be in the user's language:
   * so what the file system says about its room counts as well.
   */
  static IOException classify(IOException error, String what, FileStore store, long neededBytes) {
    if (error instanceof DiskFullException || !(saysFull(error) || isFull(store, neededBytes))) {
      return error;
    }
    return new DiskFullException(what + ": no space left on the file system", error);
  }

  private static boolean saysFull(IOException error) {
    String message = error.getMessage();
    return message != null && FULL.stream().anyMatch(message::contains);
  }

  private static boolean isFull(FileStore store, long neededBytes) {
    try {
      return store != null && store.getUsableSpace() < neededBytes;
    } catch (IOException e) {
      // The question was only asked to explain another error, which the caller gets as it is.
      return false;
    }
  }
}

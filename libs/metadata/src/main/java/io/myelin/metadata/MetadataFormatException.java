package io.myelin.metadata;

/** Bytes in a metadata store that this version of Myelin cannot read; nothing was changed. */
public class MetadataFormatException extends RuntimeException {
  public MetadataFormatException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A newer version of Myelin wrote it: start that one, or restore an older copy. */
  public static final class NewerVersion extends MetadataFormatException {
    private final int found;
    private final int newestKnown;

    public NewerVersion(String what, int found, int newestKnown) {
      super(
          what
              + " has format version "
              + found
              + ", written by a newer Myelin; this one reads up to version "
              + newestKnown,
          null);
      this.found = found;
      this.newestKnown = newestKnown;
    }

    public int found() {
      return found;
    }

    public int newestKnown() {
      return newestKnown;
    }
  }
}

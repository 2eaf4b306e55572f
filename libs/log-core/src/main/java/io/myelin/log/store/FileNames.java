package io.myelin.log.store;

/**
 * Names of a partition folder's files, as Kafka names them: the segment's base offset in 20 digits
 * and a suffix.
 */
public final class FileNames {
  public static final String LOG = ".log";
  public static final String INDEX = ".index";
  public static final String TIME_INDEX = ".timeindex";
  public static final String TXN_INDEX = ".txnindex";
  public static final String SNAPSHOT = ".snapshot";
  public static final String DELETED = ".deleted";
  public static final String CLEANED = ".cleaned";
  public static final String SWAP = ".swap";
  public static final String LEADER_EPOCHS = "leader-epoch-checkpoint";
  public static final String PARTITION_METADATA = "partition.metadata";

  private static final int DIGITS = 20;

  private FileNames() {}

  public static String of(long offset, String suffix) {
    byte[] name = new byte[DIGITS];
    long rest = offset;
    for (int i = DIGITS - 1; i >= 0; i--) {
      name[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return new String(name, java.nio.charset.StandardCharsets.US_ASCII) + suffix;
  }

  /** The offset that a file's name starts with, or -1 if it is none of a segment's files. */
  public static long offsetOf(String name) {
    if (name.length() <= DIGITS || name.charAt(DIGITS) != '.') {
      return -1;
    }
    long offset = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      offset = offset * 10 + digit;
    }
    return offset < 0 ? -1 : offset;
  }

  /** Whether the name is 20 digits and exactly {@code suffix}. */
  public static boolean is(String name, String suffix) {
    return name.length() == DIGITS + suffix.length()
        && name.endsWith(suffix)
        && offsetOf(name) >= 0;
  }
}

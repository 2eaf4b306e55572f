package io.myelin.log.dir;

/** Folder of a partition: {@code TOPIC-PARTITION}. */
record FolderName(String topic, int partition) {

  /** Names of folders that wait for their deletion end so. */
  static final String DELETED = "-delete";

  private static final String STRAY = "-stray";

  private static final int NAME_BYTES_MAX = 255;

  @Override
  public String toString() {
    return topic + "-" + partition;
  }

  /** The partition, or null if the name is not a partition's folder. */
  static FolderName parse(String name) {
    int dash = name.lastIndexOf('-');
    if (dash <= 0 || dash == name.length() - 1 || name.length() - dash > 11) {
      return null;
    }
    long partition = 0;
    for (int i = dash + 1; i < name.length(); i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      partition = partition * 10 + digit;
    }
    return partition > Integer.MAX_VALUE
        ? null
        : new FolderName(name.substring(0, dash), (int) partition);
  }

  /**
   * As Kafka: {@code TOPIC-PARTITION.UNIQUE-delete}, the topic cut to what a file name may have.
   */
  String forDeletion(String unique) {
    return renamed(unique, DELETED);
  }

  /** As Kafka: {@code TOPIC-PARTITION.UNIQUE-stray}. */
  String forStray(String unique) {
    return renamed(unique, STRAY);
  }

  private String renamed(String unique, String ending) {
    String suffix = "-" + partition + "." + unique + ending;
    int room = Math.min(topic.length(), NAME_BYTES_MAX - suffix.length());
    return topic.substring(0, room) + suffix;
  }
}

package io.myelin.log.record;

/** Codecs of message format v2, numbered as in the attributes' low bits. */
public enum CompressionType {
  NONE(0, "uncompressed", 0),
  GZIP(1, "gzip", -1),
  SNAPPY(2, "snappy", 0),
  LZ4(3, "lz4", 9),
  ZSTD(4, "zstd", 3);

  private static final CompressionType[] BY_ID = values();

  private final int id;
  private final String configName;
  private final int defaultLevel;

  CompressionType(int id, String configName, int defaultLevel) {
    this.id = id;
    this.configName = configName;
    this.defaultLevel = defaultLevel;
  }

  public int id() {
    return id;
  }

  /** The name in a topic's compression.type. */
  public String configName() {
    return configName;
  }

  /** Kafka's default of compression.TYPE.level; 0 for codecs without levels. */
  public int defaultLevel() {
    return defaultLevel;
  }

  /** The codec of a batch with these attributes, or null if there is none with that number. */
  public static CompressionType ofAttributes(short attributes) {
    int id = attributes & BatchLayout.COMPRESSION_MASK;
    return id < BY_ID.length ? BY_ID[id] : null;
  }
}

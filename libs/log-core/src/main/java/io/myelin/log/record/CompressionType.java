package io.myelin.log.record;

/** Codecs of message format v2, numbered as in the attributes' low bits. */
public enum CompressionType {
  NONE(0, "uncompressed"),
  GZIP(1, "gzip"),
  SNAPPY(2, "snappy"),
  LZ4(3, "lz4"),
  ZSTD(4, "zstd");

  private final int id;
  private final String configName;

  CompressionType(int id, String configName) {
    this.id = id;
    this.configName = configName;
  }

  public int id() {
    return id;
  }

  /** The name in a topic's compression.type. */
  public String configName() {
    return configName;
  }

  /** The codec of a batch with these attributes, or null if there is none with that number. */
  public static CompressionType ofAttributes(short attributes) {
    int id = attributes & BatchLayout.COMPRESSION_MASK;
    return id < values().length ? values()[id] : null;
  }
}

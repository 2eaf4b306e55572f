package io.myelin.log;

/**
 * What a log directory needs to know.
 *
 * @param clusterId cluster.id that meta.properties must have
 * @param nodeId node.id that meta.properties must have
 * @param openFilesMax files that nobody appends to or reads from are kept open up to this number
 * @param warmBytesMax how far behind the log end a partition's own writes count as being in the
 *     page cache, bytes
 * @param workers threads for what blocks: flushing rolled segments, deleting files, closing logs
 */
public record LogDirectorySettings(
    String clusterId, int nodeId, int openFilesMax, int warmBytesMax, int workers) {

  /** Defaults: 1,000 open files, 8 MiB warm, as many workers as a disk can use. */
  public static LogDirectorySettings of(String clusterId, int nodeId) {
    return new LogDirectorySettings(clusterId, nodeId, 1000, 8 << 20, 4);
  }
}

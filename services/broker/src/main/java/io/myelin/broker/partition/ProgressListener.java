package io.myelin.broker.partition;

/** Something that waits for a partition. */
public interface ProgressListener {
  /**
   * Readers may see more, or the partition's state has changed. Called on the shard: only hand
   * over.
   */
  void onProgress();
}

package io.myelin.metadata;

/** Where a broker's part gets each new image from. */
public interface MetadataPublisher {

  /** The newest image. Any thread. */
  ClusterImage image();

  /**
   * {@code listener} is told each new image, in order, one call at a time, starting with the
   * present one. It must be quick.
   */
  void subscribe(Listener listener);

  interface Listener {
    void onImage(ClusterImage before, ClusterImage now);
  }
}

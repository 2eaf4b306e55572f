package io.myelin.broker.net;

/**
 * Limits of the Kafka listeners that hold for the broker's whole life.
 *
 * @param connectionsMaxIdleMs {@code connections.max.idle.ms}: a connection on which nothing moved
 *     for so long is closed; 0 or less: none is
 * @param requestBytesMax {@code socket.request.max.bytes}: a longer frame closes its connection
 * @param requestMemoryBytes what all frames of the broker, from the reservation to the release, may
 *     occupy together
 * @param requestMemoryWaitMsMax how long a frame may wait for that memory before its connection is
 *     closed
 * @param connectionRequestsMax requests of one connection that may be under way, from dispatch to
 *     the last byte of the answer
 * @param connectionBytesMax frames of one connection that may be kept by requests under way; a
 *     single request may exceed it
 * @param ioThreads event loops
 * @param acceptBacklog {@code socket.listen.backlog.size}: connections that the kernel keeps while
 *     they wait to be accepted; it has a maximum of its own
 */
public record NetworkConfig(
    long connectionsMaxIdleMs,
    int requestBytesMax,
    long requestMemoryBytes,
    long requestMemoryWaitMsMax,
    int connectionRequestsMax,
    int connectionBytesMax,
    int ioThreads,
    int acceptBacklog) {

  public NetworkConfig {
    requirePositive("socket.request.max.bytes", requestBytesMax);
    requirePositive("requestMemoryWaitMsMax", requestMemoryWaitMsMax);
    requirePositive("connectionRequestsMax", connectionRequestsMax);
    requirePositive("connectionBytesMax", connectionBytesMax);
    requirePositive("ioThreads", ioThreads);
    requirePositive("socket.listen.backlog.size", acceptBacklog);
    if (requestMemoryBytes < requestBytesMax) {
      throw new IllegalArgumentException(
          "memory for requests is "
              + requestMemoryBytes
              + " bytes: less than socket.request.max.bytes, "
              + requestBytesMax);
    }
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ", has to be positive");
    }
  }

  /** Kafka's defaults where Kafka has one. */
  public static NetworkConfig defaults() {
    return new NetworkConfig(
        600_000,
        100 * 1024 * 1024,
        // One frame of the largest size must always fit, and others move on beside it.
        160L * 1024 * 1024,
        // Clients give up after 30 s (request.timeout.ms): a later answer reaches nobody.
        30_000,
        // Producers keep 5 under way, librdkafka more; beyond it only the client's memory is saved.
        16,
        // Five requests of max.request.size (1 MiB), and room for a sixth to be read meanwhile:
        // 20 such connections exhaust the broker's memory, not one.
        8 * 1024 * 1024,
        // More event loops than this only spread the same work: the shards do the heavy part.
        Math.min(Runtime.getRuntime().availableProcessors(), 4),
        // As many as the system allows (Linux: net.core.somaxconn, 4,096); Kafka's 50 is for a few.
        // When thousands of clients come back at once, those that find no room try again after a
        // second; and of those that think that they are connected, the first request is lost and
        // sent again after 200 ms.
        65_535);
  }
}

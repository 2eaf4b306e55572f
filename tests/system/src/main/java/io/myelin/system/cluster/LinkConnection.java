package io.myelin.system.cluster;

import io.myelin.system.cluster.Link.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection through a {@link Link}: two virtual threads each way, one that takes bytes in and
 * one that lets them out when their time has come. Thread-safe.
 */
final class LinkConnection {
  private static final int CHUNK_BYTES = 16_384;

  // 1 MiB each way, about what the kernels on the way would hold for a connection that is stuck.
  private static final int CHUNKS_MAX = 64;

  /**
   * @param bytes none at the end of the stream
   */
  private record Chunk(byte[] bytes, long dueNs) {
    boolean isEnd() {
      return bytes.length == 0;
    }
  }

  private final Link link;
  private final Socket client;
  private final Socket server;
  private final AtomicBoolean reset = new AtomicBoolean();
  private final AtomicBoolean halfDone = new AtomicBoolean();
  private volatile boolean orphaned;

  LinkConnection(Link link, Socket client, Socket server) {
    this.link = link;
    this.client = client;
    this.server = server;
  }

  void start() {
    start(Direction.REQUESTS, client, server);
    start(Direction.ANSWERS, server, client);
  }

  private void start(Direction direction, Socket from, Socket to) {
    ArrayBlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS_MAX);
    Thread in = Thread.ofVirtual().name(link.name() + "-in").start(() -> takeIn(from, chunks));
    Thread.ofVirtual().name(link.name() + "-out").start(() -> letOut(direction, to, chunks, in));
  }

  private void takeIn(Socket from, ArrayBlockingQueue<Chunk> chunks) {
    byte[] buffer = new byte[CHUNK_BYTES];
    try {
      while (true) {
        int count = read(from, buffer);
        chunks.put(
            new Chunk(
                Arrays.copyOf(buffer, Math.max(count, 0)),
                System.nanoTime() + link.delay().toNanos()));
        if (count < 0) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An error is an end, too: the other side learns of it when the link lets it through. */
  private static int read(Socket from, byte[] buffer) {
    try {
      InputStream in = from.getInputStream();
      return in.read(buffer);
    } catch (IOException e) {
      return -1;
    }
  }

  private void letOut(Direction direction, Socket to, ArrayBlockingQueue<Chunk> chunks, Thread in) {
    try {
      OutputStream out = to.getOutputStream();
      for (Chunk chunk = chunks.take(); ; chunk = chunks.take()) {
        link.awaitPassage(this, direction, chunk.dueNs);
        if (isReset()) {
          return; // and not an orderly end, which the reset of the other side looks like
        }
        if (chunk.isEnd()) {
          to.shutdownOutput();
          break;
        }
        out.write(chunk.bytes);
      }
      if (halfDone.getAndSet(true)) {
        reset(); // both directions have ended
      }
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      in.interrupt(); // nobody takes what it would put
    }
  }

  void orphan() {
    orphaned = true;
  }

  boolean isOrphaned() {
    return orphaned;
  }

  boolean isReset() {
    return reset.get();
  }

  /** Breaks the connection towards both sides. */
  void reset() {
    if (!reset.getAndSet(true)) {
      Link.reset(client);
      Link.reset(server);
      link.forget(this);
    }
  }
}

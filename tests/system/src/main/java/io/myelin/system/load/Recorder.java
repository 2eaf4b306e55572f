package io.myelin.system.load;

import io.myelin.system.history.Event;
import io.myelin.system.history.HistoryFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Writes a history while it happens. Thread-safe. A history that cannot be written whole is worth
 * nothing, so an error is thrown at whoever recorded, and again at {@link #close}.
 */
public final class Recorder implements Closeable {
  private final HistoryFile.Writer writer;
  private final long originNs = System.nanoTime();
  private IOException error;
  private boolean closed;

  public Recorder(Path path) throws IOException {
    writer = new HistoryFile.Writer(path);
  }

  /** Microseconds since the recorder was made. */
  public long nowUs() {
    return (System.nanoTime() - originNs) / 1000;
  }

  synchronized void record(Event event) {
    if (closed) {
      throw new IllegalStateException("recorded after the end: " + event);
    }
    try {
      writer.write(event);
    } catch (IOException e) {
      error = e;
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    writer.close();
    if (error != null) {
      throw error;
    }
  }
}

package io.myelin.system.history;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A history in a file, see docs/formats/history.md. Reading is thread-safe and streams: memory does
 * not grow with the file. A file whose writer was killed is read up to its last whole event.
 */
public final class HistoryFile implements History {
  private static final int MAGIC = 0x4d594849; // MYHI
  private static final int VERSION = 1;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;

  public HistoryFile(Path path) {
    this.path = path;
  }

  @Override
  public void forEach(Consumer<? super Event> visitor) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES))) {
      if (in.readInt() != MAGIC || in.readByte() != VERSION) {
        throw new IOException(path + " is no history of version " + VERSION);
      }
      EventCodec codec = new EventCodec();
      for (int type = in.read(); type >= 0; type = in.read()) {
        Event event;
        try {
          event = codec.read(type, in);
        } catch (EOFException e) {
          return; // a torn last event: its writer was killed
        }
        visitor.accept(event);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a history. Not thread-safe. What was written is in the file after {@link #close}. */
  public static final class Writer implements Closeable {
    private final EventCodec codec = new EventCodec();
    private final DataOutputStream out;

    public Writer(Path path) throws IOException {
      out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), BUFFER_BYTES));
      out.writeInt(MAGIC);
      out.writeByte(VERSION);
    }

    public void write(Event event) throws IOException {
      codec.write(event, out);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}

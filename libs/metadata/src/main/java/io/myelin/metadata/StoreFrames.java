package io.myelin.metadata;

import io.myelin.metadata.MetadataStore.Transaction;
import io.myelin.metadata.MetadataStore.Versioned;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a metadata file: a header, then frames. Stateless.
 *
 * <pre>
 * frame   u32 magic | u32 length of the payload | u32 CRC-32C of the payload | payload
 * payload u8 kind, then
 *   HEADER        u16 schema version | string store id
 *   ENTRIES       i64 revision | u32 count | count x (string key | i64 modRevision | bytes value)
 *   TRANSACTIONS  i64 revision of the first | u32 count |
 *                 count x (u32 puts | puts x (string key | u8 1: value follows | bytes value))
 * </pre>
 *
 * <p>docs/formats/metadata.md explains them.
 */
final class StoreFrames {
  static final int SCHEMA_VERSION = 1;
  static final int MAGIC = 0x4d594c4d; // "MYLM"
  static final int OVERHEAD = 12;

  // 64 MiB: more than any group of transactions, so that a damaged length is not believed.
  static final int PAYLOAD_BYTES_MAX = 64 << 20;

  private static final int HEADER = 0;
  private static final int ENTRIES = 1;
  private static final int TRANSACTIONS = 2;

  private StoreFrames() {}

  /** A decoded frame. */
  sealed interface Frame {
    record Header(String storeId) implements Frame {}

    record Entries(long revision, Map<String, Versioned> entries) implements Frame {}

    record Transactions(long firstRevision, List<Transaction> transactions) implements Frame {}
  }

  static ByteBuffer header(String storeId) {
    return frame(new ByteWriter().u8(HEADER).i16(SCHEMA_VERSION).string(storeId));
  }

  static ByteBuffer entries(long revision, Map<String, Versioned> entries) {
    ByteWriter out = new ByteWriter().u8(ENTRIES).i64(revision).i32(entries.size());
    entries.forEach((key, e) -> out.string(key).i64(e.modRevision()).bytes(e.value()));
    return frame(out);
  }

  static ByteBuffer transactions(long firstRevision, List<Transaction> transactions) {
    ByteWriter out = new ByteWriter().u8(TRANSACTIONS).i64(firstRevision).i32(transactions.size());
    for (Transaction transaction : transactions) {
      out.i32(transaction.puts().size());
      transaction
          .puts()
          .forEach(
              (key, value) -> {
                out.string(key).u8(value.isPresent() ? 1 : 0);
                value.ifPresent(out::bytes);
              });
    }
    return frame(out);
  }

  /** Length of the intact frame at {@code position} (overhead included), or -1 if there is none. */
  static int lengthAt(ByteBuffer file, int position) {
    if (file.limit() - position < OVERHEAD || file.getInt(position) != MAGIC) {
      return -1;
    }
    int length = file.getInt(position + 4);
    if (length <= 0 || length > PAYLOAD_BYTES_MAX) {
      return -1;
    }
    if (length > file.limit() - position - OVERHEAD) {
      return -1;
    }
    CRC32C crc = new CRC32C();
    crc.update(file.slice(position + OVERHEAD, length));
    return (int) crc.getValue() == file.getInt(position + 8) ? OVERHEAD + length : -1;
  }

  /** Decodes an intact frame. */
  static Frame decode(ByteBuffer file, int position, int length) {
    ByteReader in = new ByteReader(file.slice(position + OVERHEAD, length - OVERHEAD));
    int kind = in.u8();
    return switch (kind) {
      case HEADER -> {
        int version = in.i16();
        if (version > SCHEMA_VERSION) {
          throw new MetadataFormatException.NewerVersion(
              "The metadata file", version, SCHEMA_VERSION);
        }
        yield new Frame.Header(in.string());
      }
      case ENTRIES -> {
        long revision = in.i64();
        Map<String, Versioned> entries = new LinkedHashMap<>();
        for (int left = in.count(16); left > 0; left--) {
          String key = in.string();
          long modRevision = in.i64();
          entries.put(key, new Versioned(in.bytes(), modRevision));
        }
        yield new Frame.Entries(revision, entries);
      }
      case TRANSACTIONS -> {
        long first = in.i64();
        Transaction[] transactions = new Transaction[in.count(4)];
        for (int t = 0; t < transactions.length; t++) {
          Map<String, Optional<byte[]>> puts = new LinkedHashMap<>();
          for (int left = in.count(5); left > 0; left--) {
            String key = in.string();
            puts.put(key, in.u8() == 0 ? Optional.empty() : Optional.of(in.bytes()));
          }
          transactions[t] = new Transaction(Map.of(), puts);
        }
        yield new Frame.Transactions(first, List.of(transactions));
      }
      default ->
          throw new MetadataFormatException("Unknown frame kind " + kind + " at " + position, null);
    };
  }

  private static ByteBuffer frame(ByteWriter payload) {
    byte[] bytes = payload.toArray();
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return ByteBuffer.allocate(OVERHEAD + bytes.length)
        .putInt(MAGIC)
        .putInt(bytes.length)
        .putInt((int) crc.getValue())
        .put(bytes)
        .flip();
  }
}

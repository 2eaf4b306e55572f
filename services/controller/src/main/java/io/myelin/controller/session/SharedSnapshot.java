package io.myelin.controller.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.myelin.metadata.ClusterImage;
import io.myelin.rpc.controller.v1.ControllerMessage;
import io.myelin.rpc.controller.v1.Entry;
import io.myelin.rpc.controller.v1.Snapshot;
import io.myelin.wire.ImageEntries;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * An image as the messages of a snapshot. Each part is made when the first worker gets to it, and
 * sent to all. Confined to one thread.
 *
 * <p>Parts are kept as bytes: a million entries are 130 MB so, three times that as objects.
 */
final class SharedSnapshot {
  /** 256 KiB: the next heartbeat's answer waits for no more than one part. */
  private static final int PART_BYTES = 256 << 10;

  private final ClusterImage image;
  private final Iterator<Entry> entries;
  private final List<ByteString> parts = new ArrayList<>();

  SharedSnapshot(ClusterImage image) {
    this.image = image;
    this.entries = ImageEntries.all(image);
  }

  ClusterImage image() {
    return image;
  }

  /** One after the other, from 0 on. */
  ControllerMessage.Builder part(int number) {
    if (number == parts.size()) {
      parts.add(next());
    }
    // Bytes under the field's number are what the message itself would be written as.
    return ControllerMessage.newBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    ControllerMessage.SNAPSHOT_FIELD_NUMBER,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(parts.get(number))
                        .build())
                .build());
  }

  boolean isLast(int number) {
    return !entries.hasNext() && number == parts.size() - 1;
  }

  private ByteString next() {
    Snapshot.Builder part =
        Snapshot.newBuilder().setRevision(image.revision()).setPart(parts.size());
    for (long bytes = 0; bytes < PART_BYTES && entries.hasNext(); ) {
      Entry entry = entries.next();
      bytes += entry.getSerializedSize();
      part.addEntries(entry);
    }
    return part.setLast(!entries.hasNext()).build().toByteString();
  }
}

package io.myelin.simulation;

import io.myelin.env.Disk;
import io.myelin.env.DiskFile;
import io.myelin.sim.SimDisk;
import io.myelin.sim.SimRandomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Flips one bit in a record batch that was written long ago. */
final class BitRot {
  private static final int LENGTH_AT = 8;
  private static final int BEFORE_LENGTH_ENDS = 12;
  // What a client's CRC check covers begins with the CRC itself; a broker and Kafka's clients can
  // only take the bytes before it (offset, length, epoch, format) as they are.
  private static final int CHECKED_FROM = 17;

  private BitRot() {}

  /** The offset of the damaged batch; -1 if the partition has nothing cold. */
  static long strike(SimDisk disk, SimRandomness random, PartitionHistory target)
      throws IOException {
    Path folder = SimulatedBroker.LOGS.resolve(target.topic() + "-" + target.id());
    List<String> segments =
        disk.list(folder).stream().filter(name -> name.endsWith(".log")).sorted().toList();
    if (segments.size() < 2) {
      return -1;
    }
    Path file = folder.resolve(segments.get(random.nextInt(segments.size() - 1)));
    byte[] bytes = read(disk, file);
    ByteBuffer content = ByteBuffer.wrap(bytes);
    List<Integer> batches = new ArrayList<>();
    int at = 0;
    while (at + BEFORE_LENGTH_ENDS <= bytes.length) {
      if (content.getLong(at) >= target.deletedTo()) {
        batches.add(at);
      }
      at += BEFORE_LENGTH_ENDS + content.getInt(at + LENGTH_AT);
    }
    if (batches.isEmpty()) {
      return -1;
    }
    int batch = batches.get(random.nextInt(batches.size()));
    int length = BEFORE_LENGTH_ENDS + content.getInt(batch + LENGTH_AT);
    int position = batch + CHECKED_FROM + random.nextInt(length - CHECKED_FROM);
    disk.flipBit(file, position, random.nextInt(8));
    return content.getLong(batch);
  }

  private static byte[] read(SimDisk disk, Path file) throws IOException {
    try (DiskFile opened = disk.open(file, Disk.OpenMode.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) opened.size());
      opened.read(bytes, 0);
      return bytes.array();
    }
  }
}

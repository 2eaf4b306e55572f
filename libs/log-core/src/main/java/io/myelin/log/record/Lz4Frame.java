package io.myelin.log.record;

import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * What reading and writing LZ4 frames share (LZ4 Frame Format 1.6, as Kafka uses it: independent
 * blocks, no dictionary). Little-endian.
 *
 * <pre>
 * size field
 *    4 magic
 *    1 flags: bits 6-7 version (1), 5 blocks are independent, 4 block checksums, 3 content size,
 *      2 content checksum, 0-1 zero
 *    1 block descriptor: bits 4-6 size of blocks (4: 64 KiB, 5: 256 KiB, 6: 1 MiB, 7: 4 MiB)
 *    8 content size, if flagged
 *    1 second byte of the XXH32 of the fields after the magic
 *      blocks: 4 bytes length (top bit: stored as is), bytes, 4 bytes XXH32 if flagged
 *    4 zero
 *    4 content checksum, if flagged
 * </pre>
 */
final class Lz4Frame {
  static final int MAGIC = 0x184D2204;
  static final int VERSION = 1;
  static final int STORED_FLAG = 0x80000000;
  static final int INDEPENDENT_FLAG = 0x20;
  static final int BLOCK_CHECKSUM_FLAG = 0x10;
  static final int CONTENT_SIZE_FLAG = 0x08;
  static final int CONTENT_CHECKSUM_FLAG = 0x04;
  static final int BLOCK_SIZE_64_KIB = 4;
  static final int BLOCK_SIZE_4_MIB = 7;

  static final XXHash32 XXH32 = XXHashFactory.fastestInstance().hash32();

  private Lz4Frame() {}

  static int blockBytesMax(int sizeId) {
    return 1 << (2 * sizeId + 8);
  }

  static byte headerChecksum(int xxh32) {
    return (byte) (xxh32 >> 8);
  }
}

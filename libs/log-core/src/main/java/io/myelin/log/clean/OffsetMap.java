package io.myelin.log.clean;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The last offset of each key in a stretch of a log, in a fixed amount of memory. Keys are kept as
 * 128-bit hashes, so two keys are taken for one with a chance of less than 2<sup>-64</sup> for four
 * billion keys; the hash is keyed, so that nobody can aim at another tenant's key in a shared
 * topic. Confined to one thread.
 *
 * <p>Open addressing, linear probing; three longs per slot: hash, hash, offset plus one (0: free).
 */
public final class OffsetMap {
  private static final int LONGS_PER_SLOT = 3;

  /** Memory that one key costs, before the load factor. */
  public static final int BYTES_PER_SLOT = LONGS_PER_SLOT * Long.BYTES;

  private final long[] slots;
  private final int slotCount;
  private final int sizeMax;
  private final SipHash128 hash;
  private int size;
  private long latestOffset = -1;

  /**
   * @param memoryBytes log.cleaner.dedupe.buffer.size; at most 16 GiB are used
   * @param loadFactor log.cleaner.io.buffer.load.factor, above 0, below 1
   * @param key0 random, and another for each map
   * @param key1 random, and another for each map
   */
  public OffsetMap(long memoryBytes, double loadFactor, long key0, long key1) {
    if (loadFactor <= 0 || loadFactor >= 1) {
      throw new IllegalArgumentException("A load factor of " + loadFactor);
    }
    long wanted = memoryBytes / BYTES_PER_SLOT;
    slotCount = (int) Math.min(wanted, (Integer.MAX_VALUE - 8) / LONGS_PER_SLOT);
    sizeMax = (int) (slotCount * loadFactor);
    if (sizeMax < 1) {
      throw new IllegalArgumentException("No key fits into " + memoryBytes + " bytes");
    }
    slots = new long[slotCount * LONGS_PER_SLOT];
    hash = new SipHash128(key0, key1);
  }

  /**
   * Remembers that {@code key} occurs at {@code offset}, unless it occurs later.
   *
   * @return false if the map is full and does not know the key: then nothing has changed
   */
  public boolean put(ByteBuffer key, long offset) {
    int slot = find(key);
    long known = slots[slot + 2];
    if (known == 0) {
      if (size == sizeMax) {
        return false;
      }
      size++;
      slots[slot] = hash.low();
      slots[slot + 1] = hash.high();
    }
    slots[slot + 2] = Math.max(known, offset + 1);
    latestOffset = Math.max(latestOffset, offset);
    return true;
  }

  /** The last offset of {@code key}, -1 if it has none. */
  public long get(ByteBuffer key) {
    return slots[find(key) + 2] - 1;
  }

  /** Index of the key's slot, or of the free one where it belongs. */
  private int find(ByteBuffer key) {
    hash.hash(key);
    long low = hash.low();
    long high = hash.high();
    // The high half of a product spreads the hash over any number of slots.
    int slot = (int) Math.unsignedMultiplyHigh(low, slotCount);
    while (true) {
      int at = slot * LONGS_PER_SLOT;
      if (slots[at + 2] == 0 || slots[at] == low && slots[at + 1] == high) {
        return at;
      }
      slot = slot + 1 == slotCount ? 0 : slot + 1;
    }
  }

  /** Everything up to here is known to the map; -1 if nothing is. */
  public long latestOffset() {
    return latestOffset;
  }

  /** Records without keys, markers and gaps count as seen, too. */
  public void advanceTo(long offset) {
    latestOffset = Math.max(latestOffset, offset);
  }

  /** Keys in the map. */
  public int size() {
    return size;
  }

  /** Keys that it has room for. */
  public int sizeMax() {
    return sizeMax;
  }

  public void clear() {
    Arrays.fill(slots, 0);
    size = 0;
    latestOffset = -1;
  }
}

package io.myelin.broker.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final long BUDGET = 1 << 20;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final MemoryBudget budget = new MemoryBudget(BUDGET);
  private int grants;
  private final FrameReader reader =
      new FrameReader(allocator, budget, 500_000, Runnable::run, () -> grants++);

  private static byte[] frames(byte[]... bodies) {
    ByteBuf all = Unpooled.buffer();
    for (byte[] body : bodies) {
      all.writeInt(body.length).writeBytes(body);
    }
    return ByteBufUtil.getBytes(all);
  }

  private static byte[] body(int length, long seed) {
    byte[] body = new byte[length];
    new Random(seed).nextBytes(body);
    return body;
  }

  /** As the transport does it: reads of whatever is there into the reader's own buffer. */
  private void receive(byte[] bytes, int from, int count, List<byte[]> out) throws FrameRejected {
    int at = from;
    int left = count;
    while (left > 0) {
      ByteBuf target = reader.bufferForRead();
      int n = Math.min(left, target.writableBytes());
      target.writeBytes(bytes, at, n);
      reader.received(target);
      at += n;
      left -= n;
      take(out);
    }
  }

  private void take(List<byte[]> out) throws FrameRejected {
    for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
      out.add(ByteBufUtil.getBytes(frame.bytes()));
      frame.release();
    }
  }

  private void assertNothingHeld() {
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(budget.freeBytes()).isEqualTo(BUDGET);
    assertThat(reader.withinFrame()).isFalse();
  }

  @Test
  void framesMayBeSplitAtEachPosition() throws Exception {
    byte[][] bodies = {body(3, 1), body(700, 2), body(0, 3), body(1, 4), body(1300, 5)};
    byte[] wire = frames(bodies);
    for (int cut = 0; cut <= wire.length; cut++) {
      List<byte[]> got = new ArrayList<>();
      receive(wire, 0, cut, got);
      receive(wire, cut, wire.length - cut, got);
      assertThat(got.toArray(new byte[0][])).isDeepEqualTo(bodies);
      assertNothingHeld();
    }
  }

  @Test
  void framesMayArriveOneByteAtATime() throws Exception {
    byte[][] bodies = {body(20, 1), body(0, 2), body(5_000, 3)};
    byte[] wire = frames(bodies);
    List<byte[]> got = new ArrayList<>();
    for (int i = 0; i < wire.length; i++) {
      receive(wire, i, 1, got);
    }
    assertThat(got.toArray(new byte[0][])).isDeepEqualTo(bodies);
    assertNothingHeld();
  }

  @Property(tries = 300)
  void anyFramesCutAnywhereComeOutAsTheyWere(
      @ForAll @Size(max = 12) List<@IntRange(max = 40_000) Integer> lengths, @ForAll long seed)
      throws Exception {
    Random random = new Random(seed);
    byte[][] bodies =
        lengths.stream().map(l -> body(l >> random.nextInt(12), l)).toArray(byte[][]::new);
    byte[] wire = frames(bodies);
    List<byte[]> got = new ArrayList<>();
    int at = 0;
    while (at < wire.length) {
      int n = Math.min(wire.length - at, 1 + random.nextInt(1 << random.nextInt(17)));
      if (random.nextBoolean()) {
        receive(wire, at, n, got);
      } else {
        // Any other buffer, as an embedded channel delivers it.
        reader.received(allocator.directBuffer(n).writeBytes(wire, at, n));
        if (random.nextBoolean()) {
          take(got);
        }
      }
      at += n;
    }
    take(got);
    assertThat(got.toArray(new byte[0][])).isDeepEqualTo(bodies);
    assertNothingHeld();
  }

  @Test
  void aLargeFrameIsReadIntoItsOwnBuffer() throws Exception {
    byte[] wire = frames(body(100_000, 1));
    receive(wire, 0, 50, new ArrayList<>());

    ByteBuf target = reader.bufferForRead();
    ByteBuf again = reader.bufferForRead();
    assertThat(again).isSameAs(target);
    again.release();
    target.writeBytes(wire, 50, wire.length - 50);
    reader.received(target);

    Frame frame = reader.next();
    assertThat(frame.bytes()).isSameAs(target);
    frame.release();
    assertNothingHeld();
  }

  @Test
  void theLengthOfTheNextFrameComesWithTheLargeOne() throws Exception {
    byte[] wire = frames(body(100_000, 1), body(90_000, 2));
    List<byte[]> got = new ArrayList<>();
    receive(wire, 0, 100_008, got);
    assertThat(got).hasSize(1);

    ByteBuf next = reader.bufferForRead();
    assertThat(next.capacity()).isEqualTo(90_004);
    next.release();
    receive(wire, 100_008, 90_000, got);
    assertThat(got.get(1)).isEqualTo(body(90_000, 2));
    assertNothingHeld();
  }

  @Test
  void aSmallFrameDoesNotKeepALargeChunkAlive() throws Exception {
    byte[] wire = frames(body(100, 1), body(8_000, 2));
    reader.received(allocator.directBuffer(16 * 1024).writeBytes(wire));
    Frame small = reader.next();
    Frame large = reader.next();
    large.release();
    assertThat(allocator.metric().usedDirectMemory()).isLessThan(1_000);
    small.release();
    assertNothingHeld();
  }

  @Test
  void refusesLengthsThatNoFrameHas() {
    for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 500_001}) {
      FrameReader fresh = new FrameReader(allocator, budget, 500_000, Runnable::run, () -> {});
      fresh.received(
          allocator.directBuffer(4).writeBytes(ByteBuffer.allocate(4).putInt(length).flip()));
      assertThatThrownBy(fresh::next)
          .isInstanceOf(FrameRejected.class)
          .hasMessageContaining(Integer.toString(length));
      fresh.close();
    }
    assertNothingHeld();
  }

  @Test
  void aFrameWaitsForItsMemoryBeforeItsBodyIsRead() throws Exception {
    var others = budget.reserve(BUDGET, Runnable::run, () -> {});
    byte[] wire = frames(body(10_000, 1));
    List<byte[]> got = new ArrayList<>();
    receive(wire, 0, 100, got);
    assertThat(reader.waitsForMemory()).isTrue();
    assertThat(reader.wantsBytes()).isFalse();

    others.release();

    assertThat(grants).isEqualTo(1);
    take(got);
    assertThat(reader.wantsBytes()).isTrue();
    receive(wire, 100, wire.length - 100, got);
    assertThat(got).hasSize(1);
    assertNothingHeld();
  }

  @Test
  void closingGivesBackWhatAHalfReadFrameHolds() throws Exception {
    receive(frames(body(10_000, 1)), 0, 5_000, new ArrayList<>());
    assertThat(reader.withinFrame()).isTrue();
    reader.close();
    assertNothingHeld();
  }

  @Test
  void closingWithdrawsAFrameThatWaits() throws Exception {
    var others = budget.reserve(BUDGET, Runnable::run, () -> {});
    receive(frames(body(10_000, 1)), 0, 100, new ArrayList<>());
    reader.close();
    assertThat(budget.waiting()).isZero();
    others.release();
    assertNothingHeld();
  }
}

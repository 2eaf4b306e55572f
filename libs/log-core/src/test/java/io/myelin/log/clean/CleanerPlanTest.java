package io.myelin.log.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.log.LogConfig;
import io.myelin.log.clean.CleanerPlan.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanerPlanTest {
  private static final long NOW_MS = 1_000_000;
  // Offsets 0 to 99, 100 to 199, 200 to 299; the active one from 300 to 349.
  private static final List<Segment> SEGMENTS =
      List.of(
          new Segment(0, 1000, 100, 10, 80, 120),
          new Segment(100, 1000, 200, 110, 80, 120),
          new Segment(200, 2000, 500_000, 210, 80, 120),
          new Segment(300, 500, 900_000, 500_001, 80, 120));

  @Test
  void cleansAllButTheActiveSegment() {
    CleanerPlan plan = plan(null, 350, config(0, Long.MAX_VALUE));

    assertThat(plan.firstDirtyOffset()).isZero();
    assertThat(plan.endOffset()).isEqualTo(300);
    assertThat(plan.dirtyBytes()).isEqualTo(4000);
    assertThat(plan.cleanBytes()).isZero();
    assertThat(plan.dirtyRatio()).isEqualTo(1.0);
    assertThat(plan.isDue(config(0, Long.MAX_VALUE))).isTrue();
  }

  @Test
  void goesOnWhereTheLastPassEnded() {
    CleanerPlan plan = plan(200L, 350, config(0, Long.MAX_VALUE));

    assertThat(plan.firstDirtyOffset()).isEqualTo(200);
    assertThat(plan.cleanBytes()).isEqualTo(2000);
    assertThat(plan.dirtyBytes()).isEqualTo(2000);
    assertThat(plan.isDue(config(0, Long.MAX_VALUE)))
        .as("a ratio of 0.5 is not above min.cleanable.dirty.ratio")
        .isFalse();
  }

  @Test
  void staysBelowTheLastStableOffset() {
    assertThat(plan(null, 250, config(0, Long.MAX_VALUE)).endOffset()).isEqualTo(200);
    assertThat(plan(null, 200, config(0, Long.MAX_VALUE)).endOffset()).isEqualTo(200);
    CleanerPlan nothing = plan(null, 99, config(0, Long.MAX_VALUE));
    assertThat(nothing.endOffset()).isZero();
    assertThat(nothing.isDue(config(0, Long.MAX_VALUE))).isFalse();
  }

  @Test
  void leavesSegmentsAloneThatAreYoungerThanTheMinimumLag() {
    assertThat(plan(null, 350, config(600_000, Long.MAX_VALUE)).endOffset()).isEqualTo(200);
  }

  @Test
  void isDueWhenTheMaximumLagHasPassedHoweverCleanTheLogIs() {
    CleanerPlan plan = plan(200L, 350, config(0, 900_000));

    assertThat(plan.overdue()).isTrue();
    assertThat(plan.isDue(config(0, 900_000))).isTrue();
    assertThat(plan(300L, 350, config(0, 900_000)).isDue(config(0, 900_000)))
        .as("nothing dirty in reach")
        .isFalse();
  }

  @Test
  void startsAnewWhereTheCheckpointLiesOutsideTheLog() {
    assertThat(plan(351L, 350, config(0, Long.MAX_VALUE)))
        .satisfies(
            plan -> {
              assertThat(plan.checkpointInvalid()).isTrue();
              assertThat(plan.firstDirtyOffset()).isZero();
            });
  }

  @Test
  void aLogOfOneSegmentHasNothingToClean() {
    CleanerPlan plan =
        CleanerPlan.of(
            SEGMENTS.subList(0, 1), null, 0, 100, 100, config(0, Long.MAX_VALUE), NOW_MS);

    assertThat(plan.dirtyBytes()).isZero();
    assertThat(plan.isDue(config(0, Long.MAX_VALUE))).isFalse();
  }

  @Test
  void groupsSegmentsThatFitIntoOneTogether() {
    assertThat(CleanerPlan.groups(SEGMENTS, 300, config(0, Long.MAX_VALUE)))
        .containsExactly(SEGMENTS.subList(0, 2), SEGMENTS.subList(2, 3));
  }

  @Test
  void doesNotGroupWhatAnIndexCannotTellApart() {
    List<Segment> farApart =
        List.of(
            new Segment(0, 10, 1, 1, 8, 12),
            new Segment(100, 10, 1, 1, 8, 12),
            new Segment(1L << 32, 10, 1, 1, 8, 12));

    assertThat(CleanerPlan.groups(farApart, (1L << 32) + 10, config(0, Long.MAX_VALUE)))
        .containsExactly(farApart.subList(0, 1), farApart.subList(1, 2), farApart.subList(2, 3));
  }

  private static CleanerPlan plan(Long cleanedTo, long lastStableOffset, LogConfig config) {
    return CleanerPlan.of(SEGMENTS, cleanedTo, 0, lastStableOffset, 350, config, NOW_MS);
  }

  private static LogConfig config(long minLagMs, long maxLagMs) {
    LogConfig base = LogConfig.DEFAULT;
    return new LogConfig(
        2500,
        base.segmentMs(),
        base.segmentJitterMs(),
        base.segmentIndexBytes(),
        base.indexIntervalBytes(),
        base.retentionBytes(),
        base.retentionMs(),
        false,
        true,
        0.5,
        minLagMs,
        maxLagMs,
        base.deleteRetentionMs(),
        base.fileDeleteDelayMs(),
        base.flushMessages(),
        base.flushMs(),
        base.preallocate(),
        base.producerIdExpirationMs());
  }
}

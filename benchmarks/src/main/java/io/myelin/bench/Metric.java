package io.myelin.bench;

import java.util.Locale;

/** What is measured, in the order of the report. */
enum Metric {
  KIB_FIXED_CPU("1 KiB records at half of peak: broker CPU", "s/GB", Bar.ratioAtMost(0.60)),
  KIB_FIXED_BATCH("1 KiB records at half of peak: mean batch", "B", Bar.sameWithin(0.10)),
  KIB_FIXED_P99("1 KiB records at half of peak: p99", "ms", Bar.ratioAtMost(1.0)),
  KIB_FULL_CPU("1 KiB records at full speed: broker CPU", "s/GB", Bar.ratioAtMost(0.60)),
  KIB_FULL_BATCH("1 KiB records at full speed: mean batch", "B", Bar.sameWithin(0.10)),
  KIB_FULL_P99("1 KiB records at full speed: p99", "ms", Bar.ratioAtMost(1.0)),
  KIB_FULL_RATE("1 KiB records at full speed: throughput", "MB/s", Bar.ratioAtLeast(1.1)),
  SMALL_FIXED_CPU("100 B records at half of peak: broker CPU", "s/GB", Bar.ratioAtMost(0.60)),
  SMALL_FIXED_BATCH("100 B records at half of peak: mean batch", "B", Bar.sameWithin(0.10)),
  SMALL_FIXED_P99("100 B records at half of peak: p99", "ms", Bar.ratioAtMost(1.0)),
  SMALL_FULL_CPU("100 B records at full speed: broker CPU", "s/GB", Bar.ratioAtMost(0.60)),
  SMALL_FULL_BATCH("100 B records at full speed: mean batch", "B", Bar.sameWithin(0.10)),
  SMALL_FULL_P99("100 B records at full speed: p99", "ms", Bar.ratioAtMost(1.0)),
  SMALL_FULL_RATE("100 B records at full speed: throughput", "MB/s", Bar.NONE),
  CONSUME_CPU("consume: broker CPU", "s/GB", Bar.ratioAtMost(0.90)),
  CONSUME_RATE("consume: throughput", "MB/s", Bar.ratioAtLeast(1.0)),
  KCAT_CONSUME_CPU("consume with kcat: broker CPU", "s/GB", Bar.NONE),
  KCAT_CONSUME_RATE("consume with kcat: throughput", "MB/s", Bar.NONE),
  END_TO_END_P99("end to end, 100 B, Kafka's tool (whole ms): p99", "ms", Bar.ratioAtMost(0.7)),
  END_TO_END_FINE_P99("end to end, 100 B, our probe: p99", "ms", Bar.NONE),
  END_TO_END_FINE_P50("end to end, 100 B, our probe: median", "ms", Bar.NONE),
  TAIL_P99("producer at 20 % of Kafka's peak: p99", "ms", Bar.ratioAtMost(0.7)),
  TAIL_DISTURBED_P99("the same beside a reader of evicted data: p99", "ms", Bar.NONE),
  TAIL_DISTURBANCE("that, over its own undisturbed p99", "x", Bar.valueAtMost(2.0)),
  START("start to first acknowledged record", "s", Bar.ratioAtMost(0.40)),
  IDLE_MEMORY("resident memory, idle", "MB", Bar.ratioAtMost(0.45)),
  KILL_FIRST("kill -9, many partitions: first acknowledged", "s", Bar.ratioAtMost(0.10)),
  KILL_ALL("kill -9, many partitions: all acknowledged", "s", Bar.ratioAtMost(0.25)),
  LOAD_MEMORY("resident memory, after load", "MB", Bar.ratioAtMost(0.35)),
  HEAP_MIN("smallest heap with 95 % of own throughput", "MB", Bar.NONE),
  CROWD_MEMORY("1,400 connections: peak resident memory", "MB", Bar.valueAtMost(700)),
  CROWD_OPENED("1,400 connections: idle and stalled ones opened", "s", Bar.NONE),
  CROWD_FIRST_P50("1,400 connections: the producers' first request, median", "ms", Bar.NONE),
  CROWD_P99("1,400 connections: the producers' p99", "ms", Bar.NONE),
  CROWD_STEADY_P99("1,400 connections: the same without the first 2 s", "ms", Bar.NONE),
  CROWD_SERVED("1,400 connections: producers and readers served", "%", Bar.valueAtLeast(100)),
  RF3_FIXED_CPU("3 replicas at half of peak: CPU of the brokers", "s/GB", Bar.ratioAtMost(0.65)),
  RF3_FIXED_OTHERS_CPU("3 replicas at half of peak: CPU of controllers, etcd", "s/GB", Bar.NONE),
  RF3_FIXED_BATCH("3 replicas at half of peak: mean batch", "B", Bar.sameWithin(0.10)),
  RF3_FIXED_P99("3 replicas at half of peak: p99", "ms", Bar.ratioAtMost(0.6)),
  RF3_FULL_CPU("3 replicas at full speed: CPU of the brokers", "s/GB", Bar.NONE),
  RF3_FULL_OTHERS_CPU("3 replicas at full speed: CPU of controllers, etcd", "s/GB", Bar.NONE),
  RF3_FULL_BATCH("3 replicas at full speed: mean batch", "B", Bar.sameWithin(0.10)),
  RF3_FULL_P99("3 replicas at full speed: p99", "ms", Bar.NONE),
  RF3_FULL_RATE("3 replicas at full speed: throughput", "MB/s", Bar.ratioAtLeast(1.3)),
  MANY_CREATED("many partitions of 3 replicas: created", "s", Bar.NONE),
  MANY_USABLE("many partitions of 3 replicas: each took a record", "s", Bar.NONE),
  MANY_FAILOVER("kill -9 of one of 3 brokers: all leaders moved", "s", Bar.valueAtMost(3)),
  MANY_WRITABLE("kill -9 of one of 3 brokers: each took a record", "s", Bar.NONE),
  MANY_IN_SYNC("its start again: in sync everywhere", "s", Bar.NONE);

  private final String title;
  private final String unit;
  private final Bar bar;

  Metric(String title, String unit, Bar bar) {
    this.title = title;
    this.unit = unit;
    this.bar = bar;
  }

  /** Stable name for scripts. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  Bar bar() {
    return bar;
  }
}

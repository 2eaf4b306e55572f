package io.myelin.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Many connections: idle ones, producing ones, reading ones, and some that stop reading.
 *
 * <p>All producers begin at one moment, and their first requests, to a broker that has just
 * accepted all these connections, are about one percent of all: the p99 of the whole run is that of
 * its beginning. So there is one without it, too.
 */
final class CrowdScenario implements Scenario {
  private static final int IDLE = 1_000;
  private static final int PRODUCERS = 200;
  private static final int STALLED = 200;
  private static final int READERS = 10;
  private static final int PRODUCER_PAUSE_MS = 100;
  private static final long BEGINNING_NS = TimeUnit.SECONDS.toNanos(2);
  private static final int READER_PAUSE_MS = 50;
  private static final int FETCH_BYTES = 8 << 20;
  private static final int READER_FETCH_BYTES = 1 << 20;
  private static final int STALLED_RECEIVE_BUFFER_BYTES = 16 << 10;
  private static final int STALLED_REQUESTS = 4;
  private static final String TOPIC = "crowd";

  @Override
  public String name() {
    return "crowd";
  }

  @Override
  public String summary() {
    return "1,000 idle connections, 200 producing, 10 reading, 200 that stop reading";
  }

  @Override
  public int secondsExpected(Volumes volumes) {
    return 10 + volumes.crowdSeconds();
  }

  @Override
  public Figures measure(Lab lab) throws Exception {
    Figures figures = new Figures();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger served = new AtomicInteger();
    Producers producers = new Producers();
    List<RawConnection> held = new ArrayList<>();
    try (BrokerUnderTest broker = lab.startedBroker();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      lab.tools().produce(broker, new PerfTools.Load(TOPIC, 100_000, 0, 1024, 65536, 5, 0));
      try {
        long openingNs = System.nanoTime();
        for (int i = 0; i < IDLE; i++) {
          held.add(new RawConnection(broker.bootstrap(), 0));
        }
        for (int i = 0; i < STALLED; i++) {
          RawConnection stalled =
              new RawConnection(broker.bootstrap(), STALLED_RECEIVE_BUFFER_BYTES);
          held.add(stalled);
          for (int request = 0; request < STALLED_REQUESTS; request++) {
            stalled.askForRecords(TOPIC, FETCH_BYTES);
          }
        }
        producers.beginNs = System.nanoTime();
        figures.put(Metric.CROWD_OPENED, (producers.beginNs - openingNs) / 1e9);
        List<Future<?>> crowd = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
          crowd.add(threads.submit(() -> produce(broker.bootstrap(), stop, producers, served)));
        }
        for (int i = 0; i < READERS; i++) {
          crowd.add(threads.submit(() -> read(broker.bootstrap(), stop, served)));
        }
        TimeUnit.SECONDS.sleep(lab.volumes().crowdSeconds());
        figures.put(Metric.CROWD_MEMORY, ProcStat.residentPeakMb(broker.pid()));
        stop.set(true);
        for (Future<?> member : crowd) {
          member.get();
        }
      } finally {
        stop.set(true);
        for (RawConnection connection : held) {
          connection.close();
        }
      }
    }
    figures.put(Metric.CROWD_FIRST_P50, producers.first.latencies().p50Ms());
    figures.put(Metric.CROWD_P99, producers.all.latencies().p99Ms());
    figures.put(Metric.CROWD_STEADY_P99, producers.steady.latencies().p99Ms());
    figures.put(Metric.CROWD_SERVED, 100.0 * served.get() / (PRODUCERS + READERS));
    if (served.get() < PRODUCERS + READERS) {
      figures.note(
          "crowd: %d of %d producers and readers were not served: %s"
              .formatted(
                  PRODUCERS + READERS - served.get(), PRODUCERS + READERS, producers.firstError));
    }
    return figures;
  }

  private static void produce(
      String bootstrap, AtomicBoolean stop, Producers producers, AtomicInteger served) {
    MemoryRecords records =
        MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1L, null, new byte[100]));
    boolean first = true;
    try (RawConnection connection = new RawConnection(bootstrap, 0)) {
      do {
        long startNs = System.nanoTime();
        connection.produce(TOPIC, records);
        producers.answered(startNs, System.nanoTime(), first);
        first = false;
        Thread.sleep(PRODUCER_PAUSE_MS);
      } while (!stop.get());
      served.incrementAndGet();
    } catch (IOException e) {
      producers.firstError = e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void read(String bootstrap, AtomicBoolean stop, AtomicInteger served) {
    try (RawConnection connection = new RawConnection(bootstrap, 0)) {
      boolean full = true;
      do {
        connection.askForRecords(TOPIC, READER_FETCH_BYTES);
        full &= connection.receive().remaining() > READER_FETCH_BYTES / 2;
        Thread.sleep(READER_PAUSE_MS);
      } while (!stop.get());
      if (full) {
        served.incrementAndGet();
      }
    } catch (IOException e) {
      // Counts as not served.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the producers see; safe for use by all of them. */
  private static final class Producers {
    final Samples all = new Samples();
    final Samples first = new Samples();
    final Samples steady = new Samples();
    volatile long beginNs;
    volatile String firstError = "a reader got less than it asked for";

    void answered(long startNs, long endNs, boolean isFirst) {
      all.add(endNs - startNs);
      if (isFirst) {
        first.add(endNs - startNs);
      }
      if (startNs - beginNs >= BEGINNING_NS) {
        steady.add(endNs - startNs);
      }
    }
  }

  /** Latencies; safe for use by all producers. */
  private static final class Samples {
    private static final int SAMPLES_MAX = 200_000;
    private final long[] nanos = new long[SAMPLES_MAX];
    private final AtomicInteger count = new AtomicInteger();

    void add(long latencyNanos) {
      int index = count.getAndIncrement();
      if (index < SAMPLES_MAX) {
        nanos[index] = latencyNanos;
      }
    }

    Latencies latencies() {
      return Latencies.of(nanos, Math.min(count.get(), SAMPLES_MAX), 0);
    }
  }
}

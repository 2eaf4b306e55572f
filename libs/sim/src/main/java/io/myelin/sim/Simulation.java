package io.myelin.sim;

import io.myelin.env.Environment;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A world in which everything runs on the caller's one thread, in the order of its own time: the
 * same seed and the same calls give the same run, event by event. Events that are due at the same
 * time happen in an order that the seed chooses.
 *
 * <p>A task that throws ends the step with its exception, unless {@link #onFailure} says otherwise.
 * Confined to one thread.
 */
public final class Simulation {
  /** Any time that is not 0, so that forgotten initial values are noticed. */
  private static final long START_WALL_MS = 1_700_000_000_000L;

  private final PriorityQueue<SimEvent> events = new PriorityQueue<>();
  private final SimRandomness random;
  private final SimRandomness order;
  private final SimRandomness environmentRandom;
  private final SimDisk disk;
  private final SimNetwork network;
  private final SimThreads threads = new SimThreads(this);
  private final SimClock clock = new SimClock(this, START_WALL_MS);
  private Consumer<RuntimeException> failureHandler = Simulation::rethrow;
  private Consumer<String> tracer;
  private long nowNs;
  private long sequence;

  public Simulation(long seed) {
    random = new SimRandomness(seed);
    order = random.split();
    environmentRandom = random.split();
    disk = new SimDisk(random.split(), this::charge);
    network = new SimNetwork(this, random.split());
  }

  /** A host's world; all hosts of a simulation share its clock, threads and network. */
  public Environment environment(String host, SimDisk hostDisk) {
    return new Environment(
        clock, new SimScheduler(this), threads, hostDisk, environmentRandom, network.at(host));
  }

  /** The world of a lone host. */
  public Environment environment() {
    return environment("localhost", disk);
  }

  public SimClock clock() {
    return clock;
  }

  public SimThreads threads() {
    return threads;
  }

  public SimDisk disk() {
    return disk;
  }

  public SimNetwork network() {
    return network;
  }

  /** For the workload's own choices. */
  public SimRandomness randomness() {
    return random;
  }

  /** Is told what tasks throw, instead of whoever runs the step. */
  public void onFailure(Consumer<RuntimeException> handler) {
    failureHandler = handler;
  }

  /** Is told every event, as time in nanoseconds and name; null: nobody is. */
  public void onEvent(Consumer<String> newTracer) {
    tracer = newTracer;
  }

  /** Runs the next event; false if there is none. */
  public boolean step() {
    SimEvent event = events.poll();
    while (event != null && event.isCancelled()) {
      event = events.poll();
    }
    if (event == null) {
      return false;
    }
    nowNs = Math.max(nowNs, event.atNs());
    if (tracer != null) {
      tracer.accept(nowNs + " " + event.name()); // too much work to be done for nobody
    }
    try {
      event.run();
    } catch (RuntimeException e) {
      failureHandler.accept(e);
    }
    return true;
  }

  /**
   * Steps until the condition holds; false if it does not within {@code limitMs} of simulated time,
   * or nothing is left to happen.
   */
  public boolean runUntil(BooleanSupplier condition, long limitMs) {
    long endNs = nowNs + TimeUnit.MILLISECONDS.toNanos(limitMs);
    while (!condition.getAsBoolean()) {
      if (nextAtNs() > endNs || !step()) {
        return false;
      }
    }
    return true;
  }

  /** Lets so much time pass. */
  public void runFor(long ms) {
    long endNs = nowNs + TimeUnit.MILLISECONDS.toNanos(ms);
    while (nextAtNs() <= endNs) {
      step();
    }
    nowNs = Math.max(nowNs, endNs);
  }

  /**
   * The running task takes that long: time passes for everybody, as there is only one thread; what
   * became due in the meantime happens afterwards.
   */
  public void charge(long ns) {
    nowNs += ns;
  }

  long nowNs() {
    return nowNs;
  }

  SimEvent schedule(String name, long delayNs, Runnable task) {
    SimEvent event =
        new SimEvent(nowNs + Math.max(0, delayNs), order.nextLong(), sequence++, name, task);
    events.add(event);
    return event;
  }

  /** A cancelled event takes no memory: a run may set millions of timers. */
  void cancel(SimEvent event) {
    if (event.cancel()) {
      events.remove(event);
    }
  }

  private long nextAtNs() {
    SimEvent next = events.peek();
    return next == null ? Long.MAX_VALUE : next.atNs();
  }

  private static void rethrow(RuntimeException e) {
    throw e;
  }
}

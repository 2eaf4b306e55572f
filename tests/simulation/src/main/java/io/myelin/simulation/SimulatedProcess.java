package io.myelin.simulation;

import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One life of a process: an environment whose tasks, timers and disk accesses end when it is
 * killed, be it in the middle of a task, and wait while it stands still. Confined to the
 * simulation's thread.
 */
public final class SimulatedProcess {
  private final Environment environment;
  private final Executor resumed;
  private final Consumer<RuntimeException> onUncaught;
  private boolean alive = true;
  private boolean frozen;
  private boolean observed;

  /** What became due while it stood still, in this order. */
  private final ArrayDeque<Runnable> parked = new ArrayDeque<>();

  private long diskCallsLeft = Long.MAX_VALUE;
  private Runnable onDeath = () -> {};

  /**
   * @param onUncaught is told what tasks throw
   */
  public SimulatedProcess(Environment world, Consumer<RuntimeException> onUncaught) {
    this.resumed = world.threads().serial("resumed");
    this.onUncaught = onUncaught;
    this.environment =
        new Environment(
            world.clock(),
            scheduler(world.scheduler()),
            threads(world.threads()),
            new ForwardingDisk(world.disk()) {
              @Override
              void accessed() {
                diskCall();
              }
            },
            world.randomness(),
            world.network());
  }

  public Environment environment() {
    return environment;
  }

  public boolean isAlive() {
    return alive;
  }

  /** Nothing of this process happens any more. */
  public void end() {
    alive = false;
  }

  /** Runs {@code death} in the middle of whatever is the {@code calls}-th disk access from now. */
  public void endWithin(long calls, Runnable death) {
    diskCallsLeft = calls;
    onDeath = death;
  }

  /** It stands still (SIGSTOP): everything that becomes due waits. */
  public void freeze() {
    frozen = true;
  }

  /** It goes on (SIGCONT). */
  public void thaw() {
    frozen = false;
    resumed.execute(this::resume);
  }

  public boolean isFrozen() {
    return frozen;
  }

  private void resume() {
    if (!frozen && !parked.isEmpty()) {
      parked.poll().run();
      resumed.execute(this::resume);
    }
  }

  /** Whoever checks the run looks at this process: its disk accesses do not count. */
  public void observe(Runnable look) {
    observed = true;
    try {
      look.run();
    } finally {
      observed = false;
    }
  }

  private void diskCall() {
    if (observed) {
      return;
    }
    if (alive && --diskCallsLeft == 0) {
      onDeath.run();
    }
    if (!alive) {
      throw new ProcessEnded();
    }
  }

  private Runnable mortal(Runnable task) {
    return () -> {
      if (alive && (frozen || !parked.isEmpty())) {
        parked.add(() -> run(task));
      } else {
        run(task);
      }
    };
  }

  private void run(Runnable task) {
    if (alive) {
      try {
        task.run();
      } catch (ProcessEnded e) {
        // that is the point
      } catch (UncheckedIOException e) {
        // Uncaught on purpose, for the thread's handler: a disk that fails in the background.
      } catch (RuntimeException e) {
        onUncaught.accept(e);
      }
    }
  }

  private Scheduler scheduler(Scheduler world) {
    return (delayMs, task) -> world.after(delayMs, mortal(task));
  }

  private Threads threads(Threads world) {
    return new Threads() {
      @Override
      public Executor serial(String name) {
        Executor lane = world.serial(name);
        return task -> lane.execute(mortal(task));
      }

      @Override
      public Executor pool(String name, int size) {
        Executor lane = world.pool(name, size);
        return task -> lane.execute(mortal(task));
      }
    };
  }
}

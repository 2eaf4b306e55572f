package io.myelin.simulation;

import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.myelin.env.Threads;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One life of a broker's process: an environment whose tasks, timers and disk accesses end when it
 * is killed, be it in the middle of a task. Confined to the simulation's thread.
 */
final class SimulatedProcess {
  private final Environment environment;
  private final Consumer<RuntimeException> onUncaught;
  private boolean alive = true;
  private long diskCallsLeft = Long.MAX_VALUE;
  private Runnable onDeath = () -> {};

  /**
   * @param onUncaught is told what tasks throw
   */
  SimulatedProcess(Environment world, Consumer<RuntimeException> onUncaught) {
    this.onUncaught = onUncaught;
    this.environment =
        new Environment(
            world.clock(),
            scheduler(world.scheduler()),
            threads(world.threads()),
            new MortalDisk(world.disk(), this::diskCall),
            world.randomness(),
            world.network());
  }

  Environment environment() {
    return environment;
  }

  boolean isAlive() {
    return alive;
  }

  /** Nothing of this process happens any more. */
  void end() {
    alive = false;
  }

  /** Runs {@code death} in the middle of whatever is the {@code calls}-th disk access from now. */
  void endWithin(long calls, Runnable death) {
    diskCallsLeft = calls;
    onDeath = death;
  }

  private void diskCall() {
    if (alive && --diskCallsLeft == 0) {
      onDeath.run();
    }
    if (!alive) {
      throw new ProcessEnded();
    }
  }

  private Runnable mortal(Runnable task) {
    return () -> {
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
    };
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

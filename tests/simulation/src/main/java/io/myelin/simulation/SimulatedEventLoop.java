package io.myelin.simulation;

import io.myelin.env.Environment;
import io.myelin.env.Scheduler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * An event loop whose turns are events of the simulation. Unlike an embedded channel's loop, it is
 * <em>not</em> where the broker's other tasks run, so that completions have to hop.
 */
public final class SimulatedEventLoop extends AbstractEventExecutor implements EventLoop {
  private final Executor lane;
  private final Scheduler scheduler;
  private boolean running;

  public SimulatedEventLoop(String name, Environment process) {
    this.lane = process.threads().serial(name);
    this.scheduler = process.scheduler();
  }

  @Override
  public void execute(Runnable task) {
    lane.execute(
        () -> {
          running = true;
          try {
            task.run();
          } finally {
            running = false;
          }
        });
  }

  @Override
  public boolean inEventLoop() {
    return running;
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return running;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    Alarm alarm = new Alarm();
    alarm.timer = scheduler.after(unit.toMillis(delay), () -> execute(() -> alarm.ring(task)));
    return alarm;
  }

  private final class Alarm extends DefaultPromise<Void> implements ScheduledFuture<Void> {
    private Scheduler.Timer timer;

    Alarm() {
      super(SimulatedEventLoop.this);
    }

    void ring(Runnable task) {
      if (setUncancellable()) {
        task.run();
        setSuccess(null);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      timer.cancel();
      return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public EventLoopGroup parent() {
    return this;
  }

  @Override
  public EventLoop next() {
    return this;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, this));
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Deprecated
  @Override
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  public boolean isShuttingDown() {
    return false;
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException("it ends with its process");
  }

  @Override
  public Future<?> terminationFuture() {
    return new DefaultPromise<>(GlobalEventExecutor.INSTANCE);
  }

  @Deprecated
  @Override
  public void shutdown() {
    throw new UnsupportedOperationException("it ends with its process");
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}

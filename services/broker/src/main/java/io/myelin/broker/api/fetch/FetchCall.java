package io.myelin.broker.api.fetch;

import io.myelin.broker.api.FileSlices;
import io.myelin.broker.api.TopicIds;
import io.myelin.broker.partition.Partition;
import io.myelin.broker.partition.ProgressListener;
import io.myelin.env.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/**
 * One fetch under way.
 *
 * <pre>
 *            enough, or no time          progress / time is up
 *   start ──► reading ──────► answered    ┌──────────────┐
 *               │  ▲                      ▼              │
 *               │  └────────────────── reading        parked
 *               ├── cold: on a reader's thread           ▲
 *               └── not enough ──────────────────────────┘
 * </pre>
 *
 * <p>Threads: confined to the connection's event loop, but for cold reads (a reader's thread, while
 * nobody else touches the call) and {@link #onProgress} (any thread; it only hands over).
 */
final class FetchCall implements ProgressListener {
  /** What a read of one partition gave. */
  private record Answer(FetchPartition wanted, PartitionData data) {}

  private final PartitionReader reader;
  private final LeaderHints hints;
  private final FetchSession session;
  private final boolean incremental;
  private final FetchRequestData request;
  private final int bytesMax;
  private final Executor eventLoop;
  private final Executor readers;
  private final Scheduler scheduler;
  private final LongAdder parked;
  private final CompletableFuture<FetchResponseData> result = new CompletableFuture<>();
  private final List<FetchPartition> wanted;
  private final List<Partition> listened = new ArrayList<>();
  private final AtomicBoolean wakeUpQueued = new AtomicBoolean();
  private Scheduler.Timer timer;
  private boolean timeIsUp;
  private boolean reading;
  private boolean wokenWhileReading;

  FetchCall(
      PartitionReader reader,
      LeaderHints hints,
      FetchSession session,
      boolean incremental,
      FetchRequestData request,
      int bytesMax,
      Executor eventLoop,
      Executor readers,
      Scheduler scheduler,
      LongAdder parked) {
    this.reader = reader;
    this.hints = hints;
    this.session = session;
    this.incremental = incremental;
    this.request = request;
    this.bytesMax = bytesMax;
    this.eventLoop = eventLoop;
    this.readers = readers;
    this.scheduler = scheduler;
    this.parked = parked;
    this.wanted = session.partitions();
  }

  CompletableFuture<FetchResponseData> start() {
    timeIsUp = request.maxWaitMs() <= 0 || wanted.isEmpty();
    read();
    return result;
  }

  /** More may be visible in one of the partitions. */
  @Override
  public void onProgress() {
    if (wakeUpQueued.compareAndSet(false, true)) {
      onEventLoop(this::wakeUp);
    }
  }

  private void onEventLoop(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException e) {
      // The server has stopped: nobody is left to answer, and the caller has others to tell.
      return;
    }
  }

  private void wakeUp() {
    wakeUpQueued.set(false);
    if (mayBeEnough()) {
      read();
    }
  }

  /**
   * Whether a read could bring an answer, by what the views say. Most appends bring less than is
   * waited for, and a read makes answers, slices and references only to drop them.
   */
  private boolean mayBeEnough() {
    long bytes = 0;
    for (FetchPartition partition : wanted) {
      if (!reader.isReadable(partition)) {
        return true; // that is the answer, or not known yet
      }
      bytes += reader.readableBytes(partition);
      if (bytes >= bytesMin()) {
        return true;
      }
    }
    return false;
  }

  /** Nobody can be given more than fits. */
  private int bytesMin() {
    return Math.min(request.minBytes(), bytesMax);
  }

  private void onTimeIsUp() {
    onEventLoop(
        () -> {
          timeIsUp = true;
          read();
        });
  }

  private void read() {
    if (result.isDone()) {
      return;
    }
    if (reading) {
      wokenWhileReading = true;
      return;
    }
    try {
      List<Answer> answers = readAll(false);
      if (answers == null) {
        readCold();
      } else {
        decide(answers);
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void readCold() {
    reading = true;
    readers.execute(
        () -> {
          List<Answer> answers;
          try {
            answers = readAll(true);
          } catch (RuntimeException | Error e) {
            onEventLoop(() -> fail(e));
            return;
          }
          try {
            eventLoop.execute(() -> onColdRead(answers));
          } catch (RejectedExecutionException e) {
            release(answers); // the server has stopped: nobody is left to answer
          }
        });
  }

  private void onColdRead(List<Answer> answers) {
    reading = false;
    boolean woken = wokenWhileReading;
    wokenWhileReading = false;
    decide(answers);
    if (woken) {
      read();
    }
  }

  private void fail(Throwable cause) {
    stopWaiting();
    result.completeExceptionally(cause);
  }

  /**
   * Reads until the response is full; null when something is not in memory and must not be waited
   * for.
   */
  private List<Answer> readAll(boolean mayBlock) {
    List<Answer> answers = new ArrayList<>(wanted.size());
    try {
      int left = bytesMax;
      boolean empty = true;
      for (FetchPartition partition : wanted) {
        PartitionData data = reader.read(partition, Math.max(left, 0), empty, mayBlock);
        if (data == null) {
          release(answers);
          return null;
        }
        int bytes = data.records().sizeInBytes();
        left -= bytes;
        empty &= bytes == 0;
        answers.add(new Answer(partition, data));
      }
      return answers;
    } catch (RuntimeException | Error e) {
      release(answers);
      throw e;
    }
  }

  private void decide(List<Answer> answers) {
    if (timeIsUp || isEnough(answers)) {
      answer(answers);
      return;
    }
    release(answers);
    if (timer == null) {
      park();
    }
  }

  private boolean isEnough(List<Answer> answers) {
    long bytes = 0;
    for (Answer answer : answers) {
      if (answer.data.errorCode() != 0
          || answer.data.divergingEpoch().epoch() >= 0
          || answer.data.preferredReadReplica() >= 0) {
        return true;
      }
      bytes += answer.data.records().sizeInBytes();
    }
    return bytes >= bytesMin() || (bytes > 0 && readableBytes(answers) >= bytesMin());
  }

  /**
   * What could be read if a read did not end with its segment: waiting would not bring the rest
   * into this answer.
   */
  private long readableBytes(List<Answer> answers) {
    long bytes = 0;
    for (Answer answer : answers) {
      bytes += reader.readableBytes(answer.wanted);
    }
    return bytes;
  }

  private void park() {
    parked.increment();
    timer = scheduler.after(request.maxWaitMs(), this::onTimeIsUp);
    for (FetchPartition partition : wanted) {
      Partition replica = reader.partition(partition);
      if (replica != null) {
        replica.listen(this);
        listened.add(replica);
      }
    }
    // What came between reading and listening has told nobody.
    if (mayBeEnough()) {
      read();
    }
  }

  private void stopWaiting() {
    if (timer != null) {
      parked.decrement();
      timer.cancel();
      for (Partition partition : listened) {
        partition.unlisten(this);
      }
    }
  }

  private void answer(List<Answer> answers) {
    stopWaiting();
    FetchResponseData response = new FetchResponseData().setSessionId(session.id());
    List<FetchPartition> served = new ArrayList<>();
    for (Answer answer : answers) {
      boolean news = answer.wanted.tell(answer.data);
      if (news || !incremental) {
        hints.add(answer.wanted.key(), answer.data, response);
        topicOf(answer.wanted.key(), response).partitions().add(answer.data);
      }
      int bytes = answer.data.records().sizeInBytes();
      if (bytes > 0) {
        served.add(answer.wanted);
        reader.sent(answer.wanted, bytes);
      }
    }
    session.moveToEnd(served);
    result.complete(response);
  }

  /**
   * The last topic of the response, or another one: partitions stand in the order of the request.
   */
  private static FetchableTopicResponse topicOf(
      FetchPartition.Key key, FetchResponseData response) {
    String name = key.topicId() == null ? key.topic() : "";
    Uuid id = key.topicId() == null ? Uuid.ZERO_UUID : TopicIds.of(key.topicId());
    if (!response.responses().isEmpty()) {
      FetchableTopicResponse last = response.responses().getLast();
      if (last.topic().equals(name) && last.topicId().equals(id)) {
        return last;
      }
    }
    FetchableTopicResponse topic = new FetchableTopicResponse().setTopic(name).setTopicId(id);
    response.responses().add(topic);
    return topic;
  }

  private static void release(List<Answer> answers) {
    for (Answer answer : answers) {
      if (answer.data.records() instanceof FileSlices records) {
        records.release();
      }
    }
  }
}

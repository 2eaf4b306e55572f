package io.myelin.rpc.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.myelin.rpc.Address;
import io.myelin.rpc.Ending;
import io.myelin.rpc.Ending.Kind;
import io.myelin.rpc.Reply;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcHandlers;
import io.myelin.rpc.RpcServer;
import io.myelin.rpc.RpcSettings;
import io.myelin.rpc.RpcStream;
import io.myelin.rpc.RpcTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RpcTransport} does. */
public abstract class RpcContract {
  /** Small, so that bounds are reached; silence is long enough for a machine that is busy. */
  protected static final RpcSettings SETTINGS =
      new RpcSettings(256 << 10, 256 << 10, 64 << 10, 16 << 10, 1_000, 1_000, 300, 2_000, 500);

  private static final long CALL_MS = 20_000;

  private final List<Recorder> served = new CopyOnWriteArrayList<>();
  private final List<RpcTransport> transports = new ArrayList<>();
  private RpcWorld world;
  private RpcServer server;
  private RpcClient client;

  protected abstract RpcWorld newWorld();

  @BeforeEach
  void openWorld() {
    world = newWorld();
  }

  @AfterEach
  void closeWorld() {
    transports.forEach(RpcTransport::close);
    world.close();
  }

  @Test
  void messagesArriveInOrderBothWays() throws IOException {
    serve(() -> echo(Recorder.reading()));
    Recorder caller = open(Recorder.reading());
    List<String> sent = IntStream.range(0, 500).mapToObj(i -> "message " + i).toList();
    sent.forEach(message -> assertThat(caller.stream.send(message)).isTrue());
    world.await(() -> caller.received.size() == sent.size());
    caller.stream.finish();
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());

    assertThat(served.getFirst().received).isEqualTo(sent);
    assertThat(caller.received).isEqualTo(sent);
    assertThat(caller.end()).isEqualTo(Kind.COMPLETED);
    assertThat(served.getFirst().events).containsExactly("opened", "finished", "ended");
    assertThat(served.getFirst().end()).isEqualTo(Kind.COMPLETED);
  }

  @Test
  void aMessageMayBeEmptyOrLargerThanTheWindow() throws IOException {
    serve(() -> echo(Recorder.reading()));
    Recorder caller = open(Recorder.reading());
    String large = "x".repeat(200_000);
    caller.stream.send(large);
    caller.stream.send("");
    caller.stream.send("last");
    world.await(() -> caller.received.size() == 3);
    assertThat(caller.received).containsExactly(large, "", "last");
  }

  @Test
  void oneQuestionGetsOneAnswer() throws IOException {
    serve(Recorder::reading);
    CompletableFuture<Reply<String>> reply = ask("question");
    world.await(reply::isDone);
    assertThat(reply.join()).isEqualTo(new Reply.Answer<>("answer to question"));
  }

  @Test
  void aFailedAnswerFailsTheCallAndSaysWhy() throws IOException {
    serve(Recorder::reading);
    CompletableFuture<Reply<String>> reply = ask("fail");
    world.await(reply::isDone);
    assertThat(failure(reply).kind()).isEqualTo(Kind.FAILED);
    assertThat(failure(reply).detail()).contains("no answer to this one");
  }

  @Test
  void aReceiverThatDoesNotReadStopsTheSender() throws IOException {
    serve(() -> new Recorder(0));
    Recorder caller = open(Recorder.reading());
    String message = "m".repeat(1_000);
    List<Integer> sent = new ArrayList<>();
    int[] polls = new int[1];
    world.await(
        () -> {
          while (caller.stream.send(message)) {
            sent.add(sent.size());
          }
          return ++polls[0] == 2_000 && !served.isEmpty();
        });

    long bytesMax =
        RpcStream.PENDING_BYTES_MAX + SETTINGS.windowBytes() + 2L * SETTINGS.readyBytes();
    assertThat(sent.size() * 1_000L)
        .isBetween((long) RpcStream.PENDING_BYTES_MAX, bytesMax + 50_000);
    assertThat(caller.stream.isReady()).isFalse();
    assertThat(caller.stream.pendingBytes()).isGreaterThanOrEqualTo(RpcStream.PENDING_BYTES_MAX);
    assertThat(served.getFirst().received).isEmpty();
  }

  @Test
  void aSenderIsToldWhenItsPeerReadsAgain() throws IOException {
    serve(() -> new Recorder(0));
    int[] ready = new int[1];
    Recorder caller = open(Recorder.reading().onReady(() -> ready[0]++));
    int sent = 0;
    while (caller.stream.send("m".repeat(1_000))) {
      sent++;
    }
    int expected = sent;
    int readyBefore = ready[0];
    world.await(() -> !served.isEmpty() && served.getFirst().isOpen());
    served.getFirst().stream.request(10);
    world.await(() -> served.getFirst().received.size() == 10);
    assertThat(caller.stream.isReady()).isFalse();
    served.getFirst().stream.request(Integer.MAX_VALUE);
    world.await(() -> served.getFirst().received.size() == expected && caller.stream.isReady());

    world.await(() -> ready[0] > readyBefore);
    assertThat(caller.stream.pendingBytes()).isZero();
    assertThat(caller.stream.send("more")).isTrue();
  }

  @Test
  void aStreamThatIsNotReadDoesNotStopAnotherClients() throws IOException {
    serve(() -> new Recorder(0));
    Recorder stalled = open(Recorder.reading());
    while (stalled.stream.send("m".repeat(1_000))) {
      assertThat(stalled.hasEnded()).isFalse();
    }
    CompletableFuture<Reply<String>> reply =
        newClient(world.addressOf(server))
            .call(TextMethods.ASK, "still", CALL_MS, world.serial("other"));
    world.await(reply::isDone);
    assertThat(reply.join()).isEqualTo(new Reply.Answer<>("answer to still"));
  }

  @Test
  void aClientCancels() throws IOException {
    serve(Recorder::reading);
    Recorder caller = open(Recorder.reading());
    world.await(() -> !served.isEmpty() && served.getFirst().isOpen());
    caller.stream.cancel("not needed");
    caller.stream.cancel("twice");
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());

    assertThat(caller.end()).isEqualTo(Kind.CANCELLED);
    assertThat(served.getFirst().end()).isEqualTo(Kind.CANCELLED);
    assertThat(caller.events).containsExactly("opened", "ended");
    assertThat(caller.stream.send("late")).isFalse();
    assertThat(caller.stream.isReady()).isFalse();
  }

  @Test
  void aServerCancels() throws IOException {
    serve(() -> Recorder.reading());
    Recorder caller = open(Recorder.reading());
    world.await(() -> !served.isEmpty() && served.getFirst().isOpen());
    served.getFirst().stream.cancel("go away");
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());

    assertThat(caller.ending).isEqualTo(Ending.cancelled("go away"));
    assertThat(served.getFirst().end()).isEqualTo(Kind.CANCELLED);
  }

  @Test
  void whatWasSentBeforeTheEndIsReceivedBeforeIt() throws IOException {
    serve(
        () -> {
          Recorder recorder = new Recorder(1);
          return recorder.onMessage(
              any -> {
                IntStream.range(0, 10).forEach(i -> recorder.stream.send("reply " + i));
                recorder.stream.finish();
              });
        });
    Recorder caller = open(new Recorder(3));
    caller.stream.send("begin");
    world.await(() -> caller.received.size() == 3);
    assertThat(caller.hasEnded()).isFalse();
    caller.stream.request(100);
    world.await(caller::hasEnded);

    assertThat(caller.received).hasSize(10);
    assertThat(caller.end()).isEqualTo(Kind.COMPLETED);
  }

  @Test
  void aKilledPeerIsLostAndThenRefuses() throws IOException {
    serve(Recorder::reading);
    Recorder caller = open(Recorder.reading());
    world.await(() -> !served.isEmpty());
    world.killServer();
    world.await(caller::hasEnded);
    assertThat(caller.end()).isEqualTo(Kind.LOST);

    Recorder again = new Recorder(0);
    client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, world.serial("again"), again);
    world.await(again::hasEnded);
    assertThat(again.end()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void aServerLearnsThatItsClientIsGone() throws IOException {
    serve(Recorder::reading);
    Recorder caller = open(Recorder.reading());
    world.await(() -> !served.isEmpty() && served.getFirst().isOpen());
    world.blackhole();
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());

    assertThat(caller.end()).isEqualTo(Kind.LOST);
    assertThat(served.getFirst().end()).isEqualTo(Kind.LOST);
  }

  @Test
  void aQuietConnectionLivesOn() throws IOException {
    serve(() -> echo(Recorder.reading()));
    Recorder caller = open(Recorder.reading());
    CompletableFuture<Reply<String>> never =
        newClient(world.addressOf(server))
            .call(TextMethods.ASK, "never", 2 * SETTINGS.silenceMs(), world.serial("other"));
    world.await(never::isDone);
    assertThat(failure(never).kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
    assertThat(caller.hasEnded()).isFalse();
    caller.stream.send("still there?");
    world.await(() -> caller.received.contains("still there?"));
    assertThat(caller.received).containsExactly("still there?");
  }

  @Test
  void aDesertedPortRefusesEachTimeAnew() throws IOException {
    client = newClient(world.deserted());
    for (int i = 0; i < 3; i++) {
      Recorder caller = new Recorder(0);
      client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, world.serial("caller"), caller);
      world.await(caller::hasEnded);
      assertThat(caller.end()).isEqualTo(Kind.REFUSED);
      assertThat(caller.events).containsExactly("ended");
    }
  }

  @Test
  void aClientFindsAServerThatCameLater() throws IOException {
    Address address = world.deserted();
    client = newClient(address);
    CompletableFuture<Reply<String>> early = ask("early");
    world.await(early::isDone);
    assertThat(failure(early).kind()).isEqualTo(Kind.REFUSED);
    newServer(address, SETTINGS, Recorder::reading);
    CompletableFuture<Reply<String>> late = ask("late");
    world.await(late::isDone);
    assertThat(late.join()).isEqualTo(new Reply.Answer<>("answer to late"));
  }

  @Test
  void aHostThatDoesNotAnswerIsUnreachable() throws IOException {
    client = newClient(world.unreachable());
    CompletableFuture<Reply<String>> reply = ask("anybody?");
    world.await(reply::isDone);
    assertThat(failure(reply).kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void aDeadlineEndsACall() throws IOException {
    serve(Recorder::reading);
    Recorder caller = new Recorder(0);
    client.open(TextMethods.STREAM, 300, world.serial("caller"), caller);
    world.await(() -> caller.hasEnded() && !served.isEmpty() && served.getFirst().hasEnded());
    assertThat(caller.end()).isEqualTo(Kind.DEADLINE_EXCEEDED);
    assertThat(served.getFirst().end()).isIn(Kind.CANCELLED, Kind.DEADLINE_EXCEEDED);
  }

  @Test
  void aMessageBeyondTheSendersLimitIsNotSent() throws IOException {
    serve(Recorder::reading);
    Recorder caller = open(Recorder.reading());
    assertThat(caller.stream.send("x".repeat(SETTINGS.messageBytesMax() + 1))).isFalse();
    world.await(caller::hasEnded);
    assertThat(caller.end()).isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void aMessageBeyondTheReceiversLimitEndsTheCall() throws IOException {
    newServer(anyPort(), SETTINGS.withMessageBytesMax(10_000), Recorder::reading);
    client = newClient(world.addressOf(server));
    Recorder caller = open(Recorder.reading());
    caller.stream.send("x".repeat(10_000));
    caller.stream.send("x".repeat(10_001));
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());
    assertThat(served.getFirst().received).hasSize(1);
    assertThat(served.getFirst().end()).isEqualTo(Kind.TOO_LARGE);
    assertThat(caller.end()).isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void aServersMessagesHaveALimitOfTheirOwn() throws IOException {
    RpcSettings settings = SETTINGS.withMessageBytesMax(1_000).withAnswerBytesMax(500_000);
    newServer(anyPort(), settings, () -> new Recorder(1));
    client = newClient(world.addressOf(server), settings);
    Recorder caller = open(Recorder.reading());
    world.await(() -> !served.isEmpty() && served.getFirst().isOpen());
    String large = "x".repeat(500_000);
    assertThat(served.getFirst().stream.send(large)).isTrue();
    world.await(() -> !caller.received.isEmpty());
    assertThat(caller.received).containsExactly(large);
    world.await(served.getFirst().stream::isReady);
    assertThat(served.getFirst().stream.send("x".repeat(500_001))).isFalse();
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());
    assertThat(caller.end()).isEqualTo(Kind.TOO_LARGE);

    Recorder asks = open(Recorder.reading());
    assertThat(asks.stream.send("x".repeat(1_001))).isFalse();
    world.await(asks::hasEnded);
    assertThat(asks.end()).isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void aReceiverThatThrowsEndsTheCall() throws IOException {
    serve(
        () ->
            Recorder.reading()
                .onMessage(
                    message -> {
                      throw new DeliberateException();
                    }));
    Recorder caller = open(Recorder.reading());
    caller.stream.send("first");
    caller.stream.send("second");
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());
    assertThat(caller.end()).isEqualTo(Kind.FAILED);
    assertThat(caller.ending.detail()).contains("thrown by a test");
    assertThat(served.getFirst().end()).isEqualTo(Kind.FAILED);
    assertThat(served.getFirst().received).containsExactly("first");
  }

  @Test
  void aServerThatStopsSaysSoAndThenRefuses() throws IOException {
    newServer(anyPort(), SETTINGS, Recorder::reading);
    client = newClient(world.directAddressOf(server));
    Recorder caller = open(Recorder.reading());
    world.await(() -> !served.isEmpty() && served.getFirst().isOpen());
    server.close();
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());
    assertThat(caller.end()).isEqualTo(Kind.CLOSING);
    assertThat(served.getFirst().end()).isEqualTo(Kind.CLOSING);

    Recorder again = new Recorder(0);
    client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, world.serial("again"), again);
    world.await(again::hasEnded);
    assertThat(again.end()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void aClientThatIsClosedCancelsItsCalls() throws IOException {
    serve(Recorder::reading);
    Recorder caller = open(Recorder.reading());
    world.await(() -> !served.isEmpty() && served.getFirst().isOpen());
    client.close();
    world.await(() -> caller.hasEnded() && served.getFirst().hasEnded());
    assertThat(caller.end()).isEqualTo(Kind.CANCELLED);
    assertThat(served.getFirst().end()).isIn(Kind.CANCELLED, Kind.LOST);
    CompletableFuture<Reply<String>> late = ask("late");
    world.await(late::isDone);
    assertThat(failure(late).kind()).isEqualTo(Kind.CANCELLED);
  }

  @Test
  void anUnknownMethodIsUnsupported() throws IOException {
    serve(Recorder::reading);
    CompletableFuture<Reply<String>> reply =
        client.call(TextMethods.UNKNOWN, "what?", CALL_MS, world.serial("caller"));
    world.await(reply::isDone);
    assertThat(failure(reply).kind()).isEqualTo(Kind.UNSUPPORTED);
  }

  @Test
  void aThousandStreamsShareAConnectionAndOneMoreIsRefused() throws IOException {
    serve(() -> echo(Recorder.reading()));
    Executor executor = world.serial("callers");
    List<Recorder> callers = new ArrayList<>();
    for (int i = 0; i < SETTINGS.streamsMax(); i++) {
      Recorder caller = Recorder.reading();
      callers.add(caller);
      client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, executor, caller);
    }
    world.await(() -> callers.stream().allMatch(Recorder::isOpen));
    for (int i = 0; i < callers.size(); i++) {
      callers.get(i).stream.send("stream " + i);
    }
    world.await(() -> callers.stream().allMatch(caller -> caller.received.size() == 1));
    for (int i = 0; i < callers.size(); i++) {
      assertThat(callers.get(i).received).containsExactly("stream " + i);
    }
    Recorder oneMore = new Recorder(0);
    client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, executor, oneMore);
    world.await(oneMore::hasEnded);
    assertThat(oneMore.end()).isEqualTo(Kind.OVERLOADED);

    callers.getFirst().stream.cancel("make room");
    world.await(callers.getFirst()::hasEnded);
    Recorder next = Recorder.reading();
    client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, executor, next);
    world.await(next::isOpen);
    assertThat(next.hasEnded()).isFalse();
  }

  @Test
  void callbacksMayRunOnTheTransportsOwnThread() throws IOException {
    serve(() -> echo(Recorder.reading()));
    Recorder caller = Recorder.reading();
    client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, Runnable::run, caller);
    world.await(caller::isOpen);
    IntStream.range(0, 100).forEach(i -> caller.stream.send("message " + i));
    world.await(() -> caller.received.size() == 100);
    assertThat(caller.received.getLast()).isEqualTo("message 99");
  }

  /** A server that answers questions, and the client to it. */
  private void serve(Supplier<Recorder> receiver) throws IOException {
    newServer(anyPort(), SETTINGS, receiver);
    client = newClient(world.addressOf(server));
  }

  private static Address anyPort() {
    return new Address("localhost", 0);
  }

  private void newServer(Address bind, RpcSettings settings, Supplier<Recorder> receiver)
      throws IOException {
    RpcTransport transport = world.transport(RpcWorld.Host.SERVER, settings);
    transports.add(transport);
    Executor executor = world.serial("server");
    RpcHandlers handlers =
        new RpcHandlers()
            .stream(
                    TextMethods.STREAM,
                    executor,
                    () -> {
                      Recorder recorder = receiver.get();
                      served.add(recorder);
                      return recorder;
                    })
                .unary(TextMethods.ASK, executor, RpcContract::answer);
    server = transport.serve(bind, handlers);
  }

  private static CompletableFuture<String> answer(String question) {
    return switch (question) {
      case "fail" ->
          CompletableFuture.failedFuture(new IllegalStateException("no answer to this one"));
      case "never" -> new CompletableFuture<>();
      default -> CompletableFuture.completedFuture("answer to " + question);
    };
  }

  private RpcClient newClient(Address address) {
    return newClient(address, SETTINGS);
  }

  private RpcClient newClient(Address address, RpcSettings settings) {
    RpcTransport transport = world.transport(RpcWorld.Host.CLIENT, settings);
    transports.add(transport);
    return transport.client(address);
  }

  private Recorder open(Recorder caller) {
    client.open(TextMethods.STREAM, RpcClient.NO_DEADLINE_MS, world.serial("caller"), caller);
    world.await(caller::isOpen);
    return caller;
  }

  private CompletableFuture<Reply<String>> ask(String question) {
    return client.call(TextMethods.ASK, question, CALL_MS, world.serial("caller"));
  }

  private static Recorder echo(Recorder recorder) {
    return recorder
        .onMessage(message -> recorder.stream.send(message))
        .onFinished(() -> recorder.stream.finish());
  }

  private static Ending failure(CompletableFuture<Reply<String>> reply) {
    assertThat(reply.join()).isInstanceOf(Reply.Failed.class);
    return ((Reply.Failed<String>) reply.join()).ending();
  }

  /** Not a failure of the test. */
  public static final class DeliberateException extends RuntimeException {
    DeliberateException() {
      super("thrown by a test");
    }
  }
}

package io.myelin.broker.session;

import io.myelin.env.Environment;
import io.myelin.rpc.Address;
import io.myelin.rpc.Reply;
import io.myelin.rpc.RpcClient;
import io.myelin.rpc.RpcTransport;
import io.myelin.rpc.controller.v1.ControllersGrpc;
import io.myelin.rpc.controller.v1.IdentifyAnswer;
import io.myelin.rpc.controller.v1.IdentifyRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Asks one controller after the other which cluster this is, until the active one answers. A broker
 * has to know before it can open its directories. Thread-safe; never gives up.
 */
public final class ClusterSearch {
  private static final Logger log = Logger.getLogger(ClusterSearch.class);

  /** A controller that is there answers from memory. */
  private static final long ANSWER_MS_MAX = 1_000;

  private final RpcTransport transport;
  private final Environment environment;
  private final Executor executor;
  private final ControllerSearch search;
  private final CompletableFuture<String> found = new CompletableFuture<>();
  private String said = "";

  private ClusterSearch(
      RpcTransport transport, List<Address> controllers, Environment environment) {
    this.transport = transport;
    this.environment = environment;
    this.executor = environment.threads().serial("cluster-search");
    this.search = new ControllerSearch(controllers, environment.randomness());
  }

  /** Completes with the cluster's id. */
  public static CompletableFuture<String> clusterId(
      RpcTransport transport, List<Address> controllers, Environment environment) {
    ClusterSearch started = new ClusterSearch(transport, controllers, environment);
    started.executor.execute(() -> started.ask(started.search.another()));
    return started.found;
  }

  private void ask(ControllerSearch.Attempt attempt) {
    environment
        .scheduler()
        .after(attempt.delayMs(), () -> executor.execute(() -> ask(attempt.address())));
  }

  private void ask(Address controller) {
    RpcClient client = transport.client(controller);
    client
        .call(
            ControllersGrpc.getIdentifyMethod(),
            IdentifyRequest.getDefaultInstance(),
            ANSWER_MS_MAX,
            executor)
        .thenAccept(
            reply -> {
              client.close();
              switch (reply) {
                case Reply.Answer<IdentifyAnswer> answer -> heard(controller, answer.message());
                case Reply.Failed<IdentifyAnswer> failed ->
                    tryAnother(controller + ": " + failed.ending());
              }
            });
  }

  private void heard(Address controller, IdentifyAnswer answer) {
    if (!answer.getClusterId().isEmpty()) {
      found.complete(answer.getClusterId());
    } else if (answer.getNotActive().hasActive()) {
      ask(
          search.hinted(
              new Address(
                  answer.getNotActive().getActive().getHost(),
                  answer.getNotActive().getActive().getPort())));
    } else {
      tryAnother(controller + ": no controller is active");
    }
  }

  /** A start that waits says for what. */
  private void tryAnother(String why) {
    if (!why.equals(said)) {
      log.infof("Looking for the active controller; %s", why);
      said = why;
    }
    ask(search.another());
  }
}

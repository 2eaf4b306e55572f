package io.myelin.simulation;

import org.apache.kafka.common.protocol.ApiKeys;

/** A client of the one broker. */
abstract class Client extends ConnectedClient {
  // As Kafka's clients: an answer that takes longer reaches nobody.
  private static final int REQUEST_MS_MAX = 30_000;

  final World world;

  Client(World world, String name) {
    super(world, name, REQUEST_MS_MAX, 200);
    this.world = world;
  }

  /** Whether it may connect now. */
  boolean mayConnect() {
    return world.mayConnect();
  }

  /** There is a new connection; nothing is under way on it. */
  abstract void onConnected();

  @Override
  protected final ServerSide next() {
    return mayConnect() ? world.broker() : null;
  }

  @Override
  protected final void opened() {
    onConnected();
  }

  @Override
  protected final void unanswered(ApiKeys key) {
    world.violation(name + ": no answer to " + key + " within " + REQUEST_MS_MAX);
  }
}

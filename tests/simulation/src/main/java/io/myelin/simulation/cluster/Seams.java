package io.myelin.simulation.cluster;

import io.myelin.controller.session.SessionHost;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.metadata.Controller;
import io.myelin.metadata.MetadataPublisher;
import io.myelin.metadata.MetadataStore;
import io.myelin.rpc.RpcTransport;

/**
 * The ports between the parts of a cluster, as they are put together: a test overrides one to have
 * a part decide wrongly. As it is, nothing is changed.
 */
class Seams {
  static final Seams SOUND = new Seams();

  /** What a broker talks to other processes through. */
  RpcTransport transport(BrokerMachine broker, RpcTransport sound) {
    return sound;
  }

  /** Whom a broker asks for changes. */
  Controller controller(BrokerMachine broker, Controller sound) {
    return sound;
  }

  /** Where a broker's parts get the metadata from. */
  MetadataPublisher metadata(BrokerMachine broker, MetadataPublisher sound) {
    return sound;
  }

  /** What a broker says of itself. */
  BrokerRegistration registration(BrokerMachine broker, BrokerRegistration sound) {
    return sound;
  }

  /** What brokers' sessions and requests reach at a controller. */
  SessionHost host(ControllerMachine controller, SessionHost sound) {
    return sound;
  }

  /** What a controller writes through while it is active. */
  MetadataStore store(ControllerMachine controller, MetadataStore sound) {
    return sound;
  }
}

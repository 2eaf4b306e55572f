package io.myelin.wire;

import io.myelin.metadata.BrokerImage;
import io.myelin.metadata.BrokerRegistration;
import io.myelin.rpc.controller.v1.Listener;
import io.myelin.rpc.controller.v1.Register;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A broker's registration. Stateless. */
public final class Registrations {
  private Registrations() {}

  /** What the broker says of itself; the rest of Register is about what it knows. */
  public static Register.Builder register(BrokerRegistration broker) {
    Register.Builder to =
        Register.newBuilder()
            .setBrokerId(broker.id())
            .setIncarnation(Ids.bytes(broker.incarnation()))
            .setCleanStop(broker.cleanStop())
            .setStorageIdentity(broker.storage())
            .setFormerBrokerEpoch(broker.formerEpoch());
    broker
        .listeners()
        .forEach(
            (name, at) ->
                to.addListeners(
                    Listener.newBuilder().setName(name).setAdvertised(Ids.endpoint(at))));
    broker.peers().ifPresent(at -> to.setPeerEndpoint(Ids.endpoint(at)));
    broker.rack().ifPresent(to::setRack);
    return to;
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static BrokerRegistration registration(Register from) {
    Map<String, BrokerImage.Endpoint> listeners = new LinkedHashMap<>();
    for (Listener listener : from.getListenersList()) {
      listeners.put(listener.getName(), Ids.endpoint(listener.getAdvertised()));
    }
    return new BrokerRegistration(
        from.getBrokerId(),
        Ids.uuid(from.getIncarnation()),
        listeners,
        from.hasPeerEndpoint()
            ? Optional.of(Ids.endpoint(from.getPeerEndpoint()))
            : Optional.empty(),
        from.hasRack() ? Optional.of(from.getRack()) : Optional.empty(),
        from.getCleanStop(),
        from.getStorageIdentity(),
        from.getFormerBrokerEpoch());
  }
}

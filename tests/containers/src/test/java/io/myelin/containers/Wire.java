package io.myelin.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * A network that containers can be plugged into and unplugged from while they run. Each keeps its
 * address: it ends with the container's own number. Nothing leads out of it, but this machine is on
 * it. Confined to one thread.
 */
final class Wire implements AutoCloseable {
  private final DockerClient docker = DockerClientFactory.instance().client();
  private final String prefix;
  private final Network network;

  Wire() {
    String subnet = freeSubnet();
    this.prefix = subnet.substring(0, subnet.lastIndexOf('.'));
    Ipam ipam = new Ipam().withConfig(new Ipam.Config().withSubnet(subnet));
    this.network =
        Network.builder()
            .createNetworkCmdModifier(create -> create.withInternal(true).withIpam(ipam))
            .build();
    network.getId(); // made when it is asked for
  }

  /**
   * Docker takes one that leads nowhere else from this machine, but lets nobody choose an address
   * in it: so its choice is made ours.
   */
  private String freeSubnet() {
    try (Network chosen = Network.newNetwork()) {
      return docker
          .inspectNetworkCmd()
          .withNetworkId(chosen.getId())
          .exec()
          .getIpam()
          .getConfig()
          .getFirst()
          .getSubnet();
    }
  }

  String address(int number) {
    return prefix + "." + number;
  }

  /** Has a container that is not there yet begin on this network. */
  void plugFromTheStart(GenericContainer<?> container, int number) {
    container
        .withNetwork(network)
        .withCreateContainerCmdModifier(create -> create.withIpv4Address(address(number)));
  }

  void plug(GenericContainer<?> container, int number) {
    docker
        .connectToNetworkCmd()
        .withNetworkId(network.getId())
        .withContainerId(container.getContainerId())
        .withContainerNetwork(
            new ContainerNetwork()
                .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address(number))))
        .exec();
  }

  void unplug(GenericContainer<?> container) {
    docker
        .disconnectFromNetworkCmd()
        .withNetworkId(network.getId())
        .withContainerId(container.getContainerId())
        .exec();
  }

  @Override
  public void close() {
    network.close();
  }
}

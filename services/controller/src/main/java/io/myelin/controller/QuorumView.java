package io.myelin.controller;

import io.myelin.controller.StandbyWatch.Attendant;
import io.myelin.metadata.ClusterImage;
import io.myelin.metadata.Controller.Quorum;
import io.myelin.metadata.Controller.QuorumMember;
import java.util.List;
import java.util.Optional;

/**
 * The controllers and brokers as a quorum, in the terms of Kafka's DescribeQuorum. A standby holds
 * nothing: it reads the store when it takes over, so what is committed is what it has. Stateless.
 */
final class QuorumView {
  /** Of a controller that nobody elects. */
  private static final long EPOCH_ALONE = 1;

  private QuorumView() {}

  /** One controller, and its broker in the same process. */
  static Quorum alone(ClusterImage image) {
    QuorumMember only =
        new QuorumMember(image.controllerId(), image.revision(), -1, -1, Optional.empty());
    return new Quorum(
        image.controllerId(), EPOCH_ALONE, image.revision(), List.of(only), List.of());
  }

  /**
   * @param controllers the active one, and those that attend it, or did
   * @param nowMs wall clock
   */
  static Quorum of(
      ClusterImage image,
      long epoch,
      List<Attendant> controllers,
      List<QuorumMember> brokers,
      long nowMs) {
    List<QuorumMember> voters =
        controllers.stream().map(one -> voter(image, one, one.leftMs().orElse(nowMs))).toList();
    return new Quorum(image.controllerId(), epoch, image.revision(), voters, brokers);
  }

  private static QuorumMember voter(ClusterImage image, Attendant controller, long lastMs) {
    return new QuorumMember(
        controller.id(), image.revision(), lastMs, lastMs, Optional.of(controller.endpoint()));
  }
}

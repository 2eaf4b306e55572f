package io.myelin.broker.api.admin;

import io.myelin.metadata.Controller.Refusal;
import org.apache.kafka.common.protocol.Errors;

/** The Kafka error code of each refusal of the controller. */
final class Refusals {
  private Refusals() {}

  static Errors error(Refusal refusal) {
    return switch (refusal) {
      case TOPIC_ALREADY_EXISTS -> Errors.TOPIC_ALREADY_EXISTS;
      case UNKNOWN_TOPIC -> Errors.UNKNOWN_TOPIC_OR_PARTITION;
      case INVALID_TOPIC -> Errors.INVALID_TOPIC_EXCEPTION;
      case INVALID_PARTITIONS -> Errors.INVALID_PARTITIONS;
      case INVALID_REPLICATION_FACTOR -> Errors.INVALID_REPLICATION_FACTOR;
      case INVALID_REPLICA_ASSIGNMENT -> Errors.INVALID_REPLICA_ASSIGNMENT;
      case INVALID_CONFIG -> Errors.INVALID_CONFIG;
      case INVALID_REQUEST -> Errors.INVALID_REQUEST;
      case POLICY_VIOLATION -> Errors.POLICY_VIOLATION;
      case STALE_BROKER_EPOCH -> Errors.STALE_BROKER_EPOCH;
      case FENCED_LEADER_EPOCH -> Errors.FENCED_LEADER_EPOCH;
      case INVALID_UPDATE_VERSION -> Errors.INVALID_UPDATE_VERSION;
      case INELIGIBLE_REPLICA -> Errors.INELIGIBLE_REPLICA;
      case ELECTION_NOT_NEEDED -> Errors.ELECTION_NOT_NEEDED;
      case PREFERRED_LEADER_NOT_AVAILABLE -> Errors.PREFERRED_LEADER_NOT_AVAILABLE;
      case ELIGIBLE_LEADERS_NOT_AVAILABLE -> Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE;
      case NO_REASSIGNMENT_IN_PROGRESS -> Errors.NO_REASSIGNMENT_IN_PROGRESS;
      case UNKNOWN_BROKER -> Errors.BROKER_ID_NOT_REGISTERED;
      case NOT_CONTROLLER -> Errors.NOT_CONTROLLER;
      // Clients try again after this one, as they should.
      case UNAVAILABLE -> Errors.REQUEST_TIMED_OUT;
    };
  }
}

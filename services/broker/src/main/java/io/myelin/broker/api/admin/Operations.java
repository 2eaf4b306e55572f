package io.myelin.broker.api.admin;

import java.util.List;
import org.apache.kafka.common.acl.AclOperation;

/**
 * What a client may do, as the bit field that some answers carry. Nobody is refused anything yet,
 * so it is all that there is.
 */
final class Operations {
  static final int ON_CLUSTER =
      bits(
          List.of(
              AclOperation.CREATE,
              AclOperation.CLUSTER_ACTION,
              AclOperation.DESCRIBE_CONFIGS,
              AclOperation.ALTER_CONFIGS,
              AclOperation.IDEMPOTENT_WRITE,
              AclOperation.ALTER,
              AclOperation.DESCRIBE));

  static final int ON_TOPIC =
      bits(
          List.of(
              AclOperation.READ,
              AclOperation.WRITE,
              AclOperation.CREATE,
              AclOperation.DESCRIBE,
              AclOperation.DELETE,
              AclOperation.ALTER,
              AclOperation.DESCRIBE_CONFIGS,
              AclOperation.ALTER_CONFIGS));

  private Operations() {}

  private static int bits(List<AclOperation> operations) {
    return operations.stream().mapToInt(operation -> 1 << operation.code()).sum();
  }
}
